import { forms } from "../strings/forms";
import { TextField } from "./Fields";
import { Pair } from "./Pair";
import { Rows } from "./Rows";

const words = forms.tags;

/** Names and values, as rows of the draft's member `path`; `withTagMap` makes a request's map of them. */
export function TagsField({ path = "tags", label = words.title, description = words.description, add = words.add }) {
  return (
    <Rows path={path} label={label} description={description} add={add} fresh={{ key: "", value: "" }} name={(n) => `${label} ${n}`}>
      {(row) => (
        <Pair>
          <TextField path={`${row}.key`} label={words.key} />
          <TextField path={`${row}.value`} label={words.value} />
        </Pair>
      )}
    </Rows>
  );
}
