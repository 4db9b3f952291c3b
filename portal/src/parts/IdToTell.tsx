import Box from "@cloudscape-design/components/box";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import { common } from "../strings/common";

/** Below what went wrong: the id by which an administrator finds it, to be copied. */
export function IdToTell({ label, id }: { readonly label: string; readonly id: string }) {
  return (
    <Box color="inherit" fontSize="body-s">
      {label}:{" "}
      <CopyToClipboard
        variant="inline"
        textToCopy={id}
        copyButtonAriaLabel={common.copy}
        copySuccessText={common.copied}
        copyErrorText={common.notCopied}
      />
    </Box>
  );
}
