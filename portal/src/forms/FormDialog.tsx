import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import { type ReactNode, useState } from "react";
import { useLookAgain } from "../api/act";
import { ApiCall } from "../parts/ApiCall";
import type { Draft } from "./draft";
import { type FormOptions, useForm } from "./form";
import { FormFrame } from "./FormFrame";

export interface FormDialogProps<Thing> extends Pick<FormOptions<Thing>, "operation" | "initial" | "byCode" | "settle" | "check"> {
  /** On the button that opens it, and on the one that does it. */
  readonly text: string;
  /** Where several buttons have one text. */
  readonly ariaLabel?: string;
  readonly variant?: "normal" | "primary";
  readonly title: string;
  readonly submit: string;
  readonly failed: string;
  readonly send: (request: Draft) => Promise<Thing>;
  readonly line: (request: Draft) => string;
  readonly changes: readonly string[];
  readonly done?: (thing: Thing) => void;
  readonly children: ReactNode;
}

/** A button that opens a small form. */
export function FormDialog<Thing>(props: FormDialogProps<Thing>) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant={props.variant ?? "normal"} formAction="none" onClick={() => setOpen(true)} {...(props.ariaLabel === undefined ? {} : { ariaLabel: props.ariaLabel })}>
        {props.text}
      </Button>
      {open && <Opened {...props} close={() => setOpen(false)} />}
    </>
  );
}

function Opened<Thing>({ title, submit, failed, line, changes, done, close, children, text: _text, ariaLabel: _ariaLabel, variant: _variant, ...options }: FormDialogProps<Thing> & { readonly close: () => void }) {
  const look = useLookAgain();
  const form = useForm<Thing>({
    ...options,
    done: (thing) => {
      void look(...changes);
      close();
      done?.(thing);
    },
  });
  return (
    <Modal visible header={title} onDismiss={close}>
      <FormFrame form={form} submit={submit} failed={failed} cancel={close} aside={<ApiCall lines={[line(form.request)]} />}>
        {children}
      </FormFrame>
    </Modal>
  );
}
