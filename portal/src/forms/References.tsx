import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Multiselect from "@cloudscape-design/components/multiselect";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { forms as words } from "../strings/forms";
import { Field, type FieldProps } from "./Fields";
import { useField } from "./form";
import { moved } from "./order";
import "../parts/administration.css";

/** Something of the studio that can be referred to. */
export interface Referable {
  readonly id: string;
  readonly name: string;
  readonly about?: string;
  /** Why it cannot be taken now. */
  readonly unfit?: string;
}

export interface ReferencesFieldProps extends FieldProps {
  /** What there is; undefined while that is not known. */
  readonly choices: readonly Referable[] | undefined;
  /** Whether their order says something, so that it can be changed. */
  readonly ordered?: boolean;
}

/** Ids of things of the studio, chosen by their names. */
export function ReferencesField({ choices, ordered = false, ...field }: ReferencesFieldProps) {
  const { value, set, touch, required } = useField(field.path);
  const ids = (value ?? []) as readonly string[];
  const nameOf = (id: string) => choices?.find((choice) => choice.id === id)?.name ?? words.unknownChoice(id);
  return (
    <Field {...field} deep>
      <SpaceBetween size="xs">
        <Multiselect
          selectedOptions={ids.map((id) => ({ value: id, label: nameOf(id) }))}
          options={(choices ?? []).map(({ id, name, about, unfit }) => ({
            value: id,
            label: name,
            ...(about === undefined ? {} : { description: about }),
            ...(unfit === undefined ? {} : { disabled: true, disabledReason: unfit }),
          }))}
          onChange={({ detail }) => set(detail.selectedOptions.map((option) => option.value ?? ""))}
          onBlur={touch}
          statusType={choices === undefined ? "loading" : "finished"}
          loadingText={words.loadingChoices}
          empty={words.noChoices}
          filteringType="auto"
          noMatch={words.noMatch}
          placeholder={words.choose}
          deselectAriaLabel={(option) => words.removeOf(option.label ?? "")}
          hideTokens={ordered && ids.length > 1}
          expandToViewport
          ariaRequired={required}
        />
        {ordered && ids.length > 1 && <Order ids={ids} nameOf={nameOf} set={set} />}
      </SpaceBetween>
    </Field>
  );
}

interface OrderProps {
  readonly ids: readonly string[];
  readonly nameOf: (id: string) => string;
  readonly set: (ids: readonly string[]) => void;
}

function Order({ ids, nameOf, set }: OrderProps) {
  return (
    <ol className="ordered">
      {ids.map((id, position) => (
        <li key={id}>
          <SpaceBetween direction="horizontal" size="xxs" alignItems="center">
            <Button
              variant="inline-icon"
              iconName="angle-up"
              formAction="none"
              disabled={position === 0}
              ariaLabel={words.moveUp(nameOf(id))}
              onClick={() => set(moved(ids, position, position - 1))}
            />
            <Button
              variant="inline-icon"
              iconName="angle-down"
              formAction="none"
              disabled={position === ids.length - 1}
              ariaLabel={words.moveDown(nameOf(id))}
              onClick={() => set(moved(ids, position, position + 1))}
            />
            <Button
              variant="inline-icon"
              iconName="close"
              formAction="none"
              ariaLabel={words.removeOf(nameOf(id))}
              onClick={() => set(ids.filter((each) => each !== id))}
            />
            <Box>{nameOf(id)}</Box>
          </SpaceBetween>
        </li>
      ))}
    </ol>
  );
}
