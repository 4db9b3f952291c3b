import Box from "@cloudscape-design/components/box";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { image as words } from "../../../strings/administration/image";
import { common } from "../../../strings/common";

/** What to run where the server runs, so that another root file system can be chosen. */
export function HowToRegister() {
  return (
    <ExpandableSection variant="container" headerText={words.register}>
      <SpaceBetween size="s">
        <Box>{words.registerText}</Box>
        <Line text="greenroom image add ami-0maya2024 maya-2024.tar.zst --data DIR" />
        <Box>{words.registerSuite}</Box>
        <Line text="greenroom image add ami-0bookworm debootstrap:bookworm --data DIR" />
        <Box>{words.registerLast}</Box>
      </SpaceBetween>
    </ExpandableSection>
  );
}

function Line({ text }: { readonly text: string }) {
  return (
    <SpaceBetween size="xxs">
      <code className="command-line">{text}</code>
      <CopyToClipboard textToCopy={text} copyButtonText={common.copy} copySuccessText={common.copied} copyErrorText={common.notCopied} />
    </SpaceBetween>
  );
}
