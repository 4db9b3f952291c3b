import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import { forms as words } from "../strings/forms";
import { hint } from "./complaints";
import type { Draft, Path } from "./draft";
import { useField, useFormAround } from "./form";
import "../parts/administration.css";

export interface RowsProps {
  readonly path: Path;
  readonly label: string;
  readonly description?: string;
  readonly add: string;
  /** What a new row begins with. */
  readonly fresh: Draft;
  /** A row in words, by its position from 1. */
  readonly name: (position: number) => string;
  /** The fields of the row at that path. */
  readonly children: (path: Path) => ReactNode;
}

/** A list of things with fields of their own: scripts, parameters. */
export function Rows({ path, label, description, add, fresh, name, children }: RowsProps) {
  const form = useFormAround();
  const { value, set, schema } = useField(path);
  const rows = (value ?? []) as readonly Draft[];
  const error = form.complaint(path);
  const full = schema?.maxItems !== undefined && rows.length >= schema.maxItems;
  return (
    <div data-field={path} role="group" aria-label={label}>
      <FormField
        label={
          <>
            {label}
            <i>{words.optional}</i>
          </>
        }
        description={description}
        constraintText={hint(schema)}
        stretch
        {...(error === undefined ? {} : { errorText: error })}
      >
        <SpaceBetween size="m">
          {rows.map((_, position) => (
            // A row has no name of its own: it is what stands there.
            <div key={position} className="row" role="group" aria-label={name(position + 1)}>
              <SpaceBetween size="s">
                <Box float="right">
                  <Button
                    variant="inline-link"
                    formAction="none"
                    ariaLabel={words.removeOf(name(position + 1))}
                    onClick={() => set(rows.filter((_each, other) => other !== position))}
                  >
                    {words.remove}
                  </Button>
                </Box>
                {children(`${path}.${position}`)}
              </SpaceBetween>
            </div>
          ))}
          <Button iconName="add-plus" formAction="none" disabled={full} onClick={() => set([...rows, fresh])}>
            {add}
          </Button>
        </SpaceBetween>
      </FormField>
    </div>
  );
}
