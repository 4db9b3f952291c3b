import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import CloudscapeForm from "@cloudscape-design/components/form";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useEffect, useRef } from "react";
import { ErrorPanel } from "../parts/ErrorPanel";
import { common } from "../strings/common";
import { forms as words } from "../strings/forms";
import { type Form, FormContext } from "./form";

export interface FormFrameProps {
  readonly form: Form;
  readonly submit: string;
  /** What did not happen, where it failed: "The profile was not created". */
  readonly failed: string;
  readonly cancel?: () => void;
  /** Beside the buttons, such as the line for the command line. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** The fields with the buttons below them, what is wrong above these, and the first wrong field found for the keyboard. */
export function FormFrame({ form, submit, failed, cancel, aside, children }: FormFrameProps) {
  const place = useRef<HTMLFormElement>(null);
  const { tries } = form;
  useEffect(() => {
    if (tries === 0) return;
    const wrong = [...(place.current?.querySelectorAll<HTMLElement>("[data-field]") ?? [])].filter(
      ({ dataset }) => form.complaint(dataset["field"] ?? "", true) !== undefined,
    );
    // Rows are around the fields that they hold: the innermost is the one.
    const first = wrong.find((each) => !wrong.some((other) => other !== each && each.contains(other)));
    first?.querySelector<HTMLElement>("input, textarea, button")?.focus();
    // After each try, and not whenever something is typed.
  }, [tries]);
  const homeless = form.homeless();
  return (
    <FormContext.Provider value={form}>
      <form
        ref={place}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          // A form in a dialog of another form is not that form.
          event.stopPropagation();
          form.submit();
        }}
      >
        <CloudscapeForm
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {aside}
              {cancel !== undefined && (
                <Button
                  variant="link"
                  formAction="none"
                  onClick={() => {
                    form.forget();
                    cancel();
                  }}
                >
                  {common.cancel}
                </Button>
              )}
              <Button variant="primary" formAction="submit" loading={form.busy}>
                {submit}
              </Button>
            </SpaceBetween>
          }
          errorText={
            homeless.length === 0 ? undefined : (
              <>
                {homeless.map(([path, complaint]) => (
                  <Box key={path} color="inherit">
                    {words.about(path, complaint)}
                  </Box>
                ))}
              </>
            )
          }
        >
          <SpaceBetween size="l">
            {form.isKept && (
              <Alert type="info" action={<Button formAction="none" onClick={form.startOver}>{words.startOver}</Button>}>
                {words.kept}
              </Alert>
            )}
            {children}
            <ErrorPanel error={form.error} title={failed} />
          </SpaceBetween>
        </CloudscapeForm>
      </form>
    </FormContext.Provider>
  );
}
