import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import FormField from "@cloudscape-design/components/form-field";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { common } from "../strings/common";
import { user as words } from "../strings/administration/user";

export interface Secret {
  readonly label: string;
  readonly value: string;
}

/** A password or a key that the server tells this once. It is in the page's memory alone, and goes when this is closed. */
export function ShownOnce({ title, secrets, close }: { readonly title: string; readonly secrets: readonly Secret[]; readonly close: () => void }) {
  return (
    <Modal
      visible
      header={title}
      onDismiss={close}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={close}>
            {words.seen}
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Alert type="warning" header={words.once}>
          {words.onceText}
        </Alert>
        {secrets.map(({ label, value }) => (
          <FormField key={label} label={label}>
            <span data-shown={label}>
              <CopyToClipboard
                variant="inline"
                textToCopy={value}
                textToDisplay={value}
                copyButtonAriaLabel={`${common.copy}: ${label}`}
                copySuccessText={common.copied}
                copyErrorText={common.notCopied}
              />
            </span>
          </FormField>
        ))}
      </SpaceBetween>
    </Modal>
  );
}
