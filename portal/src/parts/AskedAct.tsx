import Button, { type ButtonProps } from "@cloudscape-design/components/button";
import { type ReactNode, useState } from "react";
import { useAct } from "../api/act";
import { Confirm } from "./Confirm";

export interface AskedActProps<Output> {
  /** On the button. */
  readonly text: string;
  /** For a screen reader, where the text alone does not say to what it is done. */
  readonly label?: string;
  readonly variant?: ButtonProps.Variant;
  readonly title: string;
  readonly losses: readonly string[];
  readonly rest?: readonly string[];
  readonly acknowledge?: string;
  readonly submit: string;
  readonly failed: string;
  readonly run: () => Promise<Output>;
  /** Keys of what is to be looked at again. */
  readonly changes: readonly string[];
  readonly done?: (output: Output) => void;
  readonly children?: ReactNode;
}

/** A button for what cannot simply be undone: it asks first, naming what is lost. */
export function AskedAct<Output>(props: AskedActProps<Output>) {
  const { text, label, variant = "normal", run, changes, done, failed, children, ...confirm } = props;
  const [asked, setAsked] = useState(false);
  const act = useAct<void, Output>(run, ...changes);
  const close = () => {
    setAsked(false);
    act.reset();
  };
  return (
    <>
      <Button variant={variant} formAction="none" onClick={() => setAsked(true)} {...(label === undefined ? {} : { ariaLabel: label })}>
        {text}
      </Button>
      {asked && (
        <Confirm
          {...confirm}
          busy={act.isPending}
          error={act.error}
          errorTitle={failed}
          onSubmit={() =>
            act.mutate(undefined, {
              onSuccess: (output) => {
                close();
                done?.(output);
              },
            })
          }
          onCancel={close}
        >
          {children}
        </Confirm>
      )}
    </>
  );
}
