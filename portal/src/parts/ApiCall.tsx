import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Popover from "@cloudscape-design/components/popover";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { common } from "../strings/common";

const words = common.apiCall;

/** A button that shows the command line of what a page asks; `lines` come from api/commandLine. */
export function ApiCall({ lines }: { readonly lines: readonly string[] }) {
  return (
    <Popover
      triggerType="custom"
      size="large"
      position="bottom"
      header={words.title}
      dismissAriaLabel={common.close}
      content={
        <SpaceBetween size="s">
          {lines.map((line) => (
            <SpaceBetween key={line} size="xxs">
              <Box variant="small">{line.startsWith("curl") ? words.addition : words.what}</Box>
              <code className="command-line">{line}</code>
              <CopyToClipboard
                textToCopy={line}
                copyButtonText={common.copy}
                copySuccessText={common.copied}
                copyErrorText={common.notCopied}
              />
            </SpaceBetween>
          ))}
        </SpaceBetween>
      }
    >
      <Button iconName="script" formAction="none">
        {words.show}
      </Button>
    </Popover>
  );
}
