import Box from "@cloudscape-design/components/box";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { awsLine } from "../../../api/commandLine";
import { useIdentity } from "../../../identity/identity";
import { image as words } from "../../../strings/administration/image";
import { common } from "../../../strings/common";

/** An example's id: letters and digits of the studio's choice. */
const ID = "ami-0maya2024";

/** How an image comes to be: its root file system is registered where the server runs. */
export function HowToAdd() {
  const { api } = useIdentity();
  const lines = [
    `greenroom image add ${ID} maya-2024.tar.zst --data DIR`,
    awsLine(api, "CreateStreamingImage", { studioId: api.studioId, name: "Maya 2024", ec2ImageId: ID }),
  ];
  return (
    <ExpandableSection variant="container" headerText={words.add}>
      <SpaceBetween size="s">
        <Box>{words.addText}</Box>
        <Line text={lines[0] ?? ""} />
        <Box>{words.addThen}</Box>
        <Line text={lines[1] ?? ""} />
        <Box>{words.addLast}</Box>
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
