import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Multiselect from "@cloudscape-design/components/multiselect";
import Select from "@cloudscape-design/components/select";
import Textarea from "@cloudscape-design/components/textarea";
import Toggle from "@cloudscape-design/components/toggle";
import type { ReactNode } from "react";
import { forms as words } from "../strings/forms";
import { hint } from "./complaints";
import { type Path, valueAt } from "./draft";
import { useField, useFormAround } from "./form";

export interface FieldProps {
  readonly path: Path;
  readonly label: string;
  readonly description?: ReactNode;
}

/** Label, what may be entered, and what is wrong, around any control. */
export function Field({ path, label, description, deep = false, hinted = true, children }: FieldProps & FrameProps) {
  const form = useFormAround();
  const { schema, required } = useField(path);
  const error = form.complaint(path, deep);
  return (
    <div data-field={path}>
      <FormField
        label={required ? label : <Optional label={label} />}
        description={description}
        constraintText={hinted ? hint(schema) : ""}
        {...(error === undefined ? {} : { errorText: error })}
      >
        {children}
      </FormField>
    </div>
  );
}

interface FrameProps {
  /** Whether it shows the complaints of what is below it, too. */
  readonly deep?: boolean;
  readonly hinted?: boolean;
  readonly children: ReactNode;
}

function Optional({ label }: { readonly label: string }) {
  return (
    <>
      {label}
      <i>{words.optional}</i>
    </>
  );
}

export interface TextFieldProps extends FieldProps {
  readonly placeholder?: string;
  /** More than one: a text of several lines. */
  readonly rows?: number;
  readonly disabled?: boolean;
}

export function TextField({ placeholder, rows = 1, disabled = false, ...field }: TextFieldProps) {
  const { value, set, touch, required } = useField(field.path);
  const props = {
    value: String(value ?? ""),
    onChange: ({ detail }: { detail: { value: string } }) => set(detail.value),
    onBlur: touch,
    disabled,
    ariaRequired: required,
    ...(placeholder === undefined ? {} : { placeholder }),
  };
  return <Field {...field}>{rows > 1 ? <Textarea {...props} rows={rows} spellcheck={false} /> : <Input {...props} />}</Field>;
}

/** A whole number, kept as one; what is none is kept as it was typed, to be complained of. */
export function NumberField({ unit, ...field }: FieldProps & { readonly unit?: string; readonly hinted?: boolean }) {
  const { value, set, touch, required } = useField(field.path);
  return (
    <Field {...field}>
      <Input
        type="number"
        inputMode="numeric"
        value={String(value ?? "")}
        onChange={({ detail }) => set(/^-?\d+$/.test(detail.value) ? Number(detail.value) : detail.value)}
        onBlur={touch}
        ariaRequired={required}
        {...(unit === undefined ? {} : { suffix: unit })}
      />
    </Field>
  );
}

export type Names = Readonly<Record<string, string>>;

/** One of the values that the server takes, or of those of them that fit. */
export function ChoiceField({ names = {}, only, ...field }: FieldProps & { readonly names?: Names; readonly only?: readonly string[] }) {
  const { value, set, touch, schema, required } = useField(field.path);
  const values = (schema?.enum ?? []).filter((each) => only === undefined || only.includes(each));
  const options = values.map((each) => ({ value: each, label: names[each] ?? each }));
  const all = required ? options : [{ value: "", label: words.none }, ...options];
  return (
    <Field {...field} hinted={false}>
      <Select
        selectedOption={all.find((option) => option.value === (value ?? "")) ?? null}
        options={all}
        onChange={({ detail }) => set(detail.selectedOption.value ?? "")}
        onBlur={touch}
        placeholder={words.choose}
        expandToViewport
        ariaRequired={required}
      />
    </Field>
  );
}

/** Some of the values that the server takes. */
export function ChoicesField({ names = {}, ...field }: FieldProps & { readonly names?: Names }) {
  const { constraints } = useFormAround();
  const { value, set, touch, schema, required } = useField(field.path);
  const chosen = (value ?? []) as readonly string[];
  const values = constraints?.resolved(schema?.items ?? null)?.enum ?? [];
  const options = values.map((each) => ({ value: each, label: names[each] ?? each }));
  return (
    <Field {...field} deep>
      <Multiselect
        selectedOptions={chosen.map((each) => ({ value: each, label: names[each] ?? each }))}
        options={options}
        onChange={({ detail }) => set(detail.selectedOptions.map((option) => option.value ?? ""))}
        onBlur={touch}
        placeholder={words.choose}
        filteringType="auto"
        noMatch={words.noMatch}
        deselectAriaLabel={(option) => words.removeOf(option.label ?? "")}
        expandToViewport
        ariaRequired={required}
      />
    </Field>
  );
}

/** A list of texts, one a line. */
export function LinesField({ rows = 3, placeholder, ...field }: FieldProps & { readonly rows?: number; readonly placeholder?: string }) {
  const form = useFormAround();
  const { value, set, touch } = useField(field.path);
  const lines = (value ?? []) as readonly string[];
  return (
    <Field {...field} deep description={field.description ?? words.one}>
      <Textarea
        value={lines.join("\n")}
        onChange={({ detail }) => set(detail.value === "" ? [] : detail.value.split("\n"))}
        onBlur={() => {
          set(((valueAt(form.draft, field.path) ?? []) as readonly string[]).map((line) => line.trim()).filter((line) => line !== ""));
          touch();
        }}
        rows={rows}
        spellcheck={false}
        {...(placeholder === undefined ? {} : { placeholder })}
      />
    </Field>
  );
}

export interface SwitchFieldProps extends FieldProps {
  readonly on: string;
  readonly off: string;
  /** What it does when it is on. */
  readonly text: string;
}

/** One of two values, as a switch. */
export function SwitchField({ on, off, text, ...field }: SwitchFieldProps) {
  const { value, set } = useField(field.path);
  return (
    <div data-field={field.path}>
      <SwitchFrame {...field}>
        <Toggle checked={value === on} onChange={({ detail }) => set(detail.checked ? on : off)}>
          {text}
        </Toggle>
      </SwitchFrame>
    </div>
  );
}

function SwitchFrame({ path, label, description, children }: FieldProps & { readonly children: ReactNode }) {
  const error = useFormAround().complaint(path);
  return (
    <FormField label={label} description={description} {...(error === undefined ? {} : { errorText: error })}>
      {children}
    </FormField>
  );
}
