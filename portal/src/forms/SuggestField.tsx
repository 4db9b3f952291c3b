import Autosuggest from "@cloudscape-design/components/autosuggest";
import { forms as words } from "../strings/forms";
import { Field, type FieldProps } from "./Fields";
import { useField } from "./form";

export interface SuggestFieldProps extends FieldProps {
  readonly suggestions: readonly string[];
  /** What a suggestion is, in few words. */
  readonly about?: (suggestion: string) => string;
  readonly placeholder?: string;
}

/** A text for which there are suggestions; any other can be typed. */
export function SuggestField({ suggestions, about = () => "", placeholder, ...field }: SuggestFieldProps) {
  const { value, set, touch, required } = useField(field.path);
  return (
    <Field {...field} hinted={false}>
      <Autosuggest
        value={String(value ?? "")}
        options={suggestions.map((each) => ({ value: each, description: about(each) }))}
        onChange={({ detail }) => set(detail.value)}
        onBlur={touch}
        enteredTextLabel={words.useTyped}
        empty={words.noChoices}
        ariaRequired={required}
        expandToViewport
        {...(placeholder === undefined ? {} : { placeholder })}
      />
    </Field>
  );
}
