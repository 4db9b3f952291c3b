import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Modal from "@cloudscape-design/components/modal";
import Multiselect from "@cloudscape-design/components/multiselect";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useAct } from "../api/act";
import { ApiCall } from "../parts/ApiCall";
import { ErrorPanel } from "../parts/ErrorPanel";
import { common } from "../strings/common";
import { forms as words } from "../strings/forms";
import type { Referable } from "./References";

export interface ChooseDialogProps {
  /** On the button that opens it. */
  readonly text: string;
  readonly variant?: "normal" | "primary";
  readonly title: string;
  readonly label: string;
  readonly description?: string;
  readonly choices: readonly Referable[] | undefined;
  readonly submit: string;
  readonly failed: string;
  readonly run: (ids: readonly string[]) => Promise<unknown>;
  readonly changes: readonly string[];
  readonly lines: (ids: readonly string[]) => readonly string[];
}

/** A button that lets one choose some of what there is, and does something with them. */
export function ChooseDialog(props: ChooseDialogProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant={props.variant ?? "normal"} formAction="none" onClick={() => setOpen(true)}>
        {props.text}
      </Button>
      {open && <Choosing {...props} close={() => setOpen(false)} />}
    </>
  );
}

function Choosing({ title, label, description, choices, submit, failed, run, changes, lines, close }: ChooseDialogProps & { readonly close: () => void }) {
  const [ids, setIds] = useState<readonly string[]>([]);
  const [tried, setTried] = useState(false);
  const act = useAct(run, ...changes);
  return (
    <Modal
      visible
      header={title}
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <ApiCall lines={lines(ids)} />
            <Button variant="link" onClick={close}>
              {common.cancel}
            </Button>
            <Button
              variant="primary"
              loading={act.isPending}
              onClick={() => {
                setTried(true);
                if (ids.length > 0) act.mutate(ids, { onSuccess: close });
              }}
            >
              {submit}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <FormField label={label} description={description} {...(tried && ids.length === 0 ? { errorText: words.chooseOne } : {})}>
          <Multiselect
            selectedOptions={ids.map((id) => ({ value: id, label: choices?.find((choice) => choice.id === id)?.name ?? id }))}
            options={(choices ?? []).map(({ id, name, about }) => ({ value: id, label: name, ...(about === undefined ? {} : { description: about }) }))}
            onChange={({ detail }) => setIds(detail.selectedOptions.map((option) => option.value ?? ""))}
            statusType={choices === undefined ? "loading" : "finished"}
            loadingText={words.loadingChoices}
            empty={words.noChoices}
            filteringType="auto"
            noMatch={words.noMatch}
            placeholder={words.choose}
            deselectAriaLabel={(option) => words.removeOf(option.label ?? "")}
            expandToViewport
          />
        </FormField>
        <ErrorPanel error={act.error} title={failed} />
      </SpaceBetween>
    </Modal>
  );
}
