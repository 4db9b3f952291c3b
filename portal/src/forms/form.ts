import { useMutation } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useMemo, useRef, useState } from "react";
import { type Constraints, useConstraints } from "../api/constraints";
import { useIdentity } from "../identity/identity";
import { complaintAt, type Complaints, complaintsOf, withoutField } from "./complaints";
import { compacted, type Draft, isSame, type Path, valueAt, withValue } from "./draft";
import { forgetDraft, keepDraft, keptDraft } from "./kept";
import { afterPress } from "./press";
import { placesOf } from "./refusals";

const NOTHING: Complaints = new Map();

export interface FormOptions<Output> {
  /** Whose constraints hold, such as "CreateLaunchProfile": a change is held to what a creation is held to. */
  readonly operation: string;
  readonly initial: Draft;
  /** A draft without what is empty as a request: without what its other members rule out, with its tags as a map. */
  readonly settle?: (draft: Draft) => Draft;
  /** What the server's description cannot say: two rows of one key. */
  readonly check?: (draft: Draft) => Complaints;
  /** Fields that an error belongs to by its code. */
  readonly byCode?: Readonly<Record<string, Path>>;
  readonly send: (request: Draft) => Promise<Output>;
  readonly done: (output: Output) => void;
  /** Where what was typed is kept while another page is shown, such as the page's address; without it, nothing is. */
  readonly keep?: string;
}

/** What fields and buttons need of the form that they are in. */
export interface Form {
  readonly operation: string;
  readonly constraints: Constraints | undefined;
  readonly draft: Draft;
  /** The draft as the request that would be sent. */
  readonly request: Draft;
  readonly set: (path: Path, value: unknown) => void;
  readonly touch: (path: Path) => void;
  readonly complaint: (path: Path, deep?: boolean) => string | undefined;
  /** Complaints that no field shows; only after it was tried. */
  readonly homeless: () => readonly (readonly [Path, string])[];
  readonly register: (path: Path) => () => void;
  readonly submit: () => void;
  /** Counts the tries, so that something can be done after each. */
  readonly tries: number;
  readonly busy: boolean;
  /** The server's refusal where it is not about single fields, and whatever else went wrong. */
  readonly error: unknown;
  /** Whether what is shown was typed before and kept. */
  readonly isKept: boolean;
  readonly startOver: () => void;
  /** Forget what was typed: it was sent, or is not wanted. */
  readonly forget: () => void;
}

/** A form over an operation's request: checks as the server would, shows its refusals where they belong, and loses nothing. */
export function useForm<Output>(options: FormOptions<Output>): Form {
  const { operation, initial, settle = itself, check, byCode, send, done, keep } = options;
  const { user } = useIdentity();
  const key = keep === undefined ? undefined : `${user.principalId} ${keep}`;
  const constraints = useConstraints();
  const [draft, setDraft] = useState<Draft>(() => (key === undefined ? undefined : keptDraft(key)) ?? initial);
  const [isKept, setKept] = useState(() => key !== undefined && keptDraft(key) !== undefined);
  const [touched, setTouched] = useState<ReadonlySet<Path>>(new Set());
  const [tries, setTries] = useState(0);
  const [refused, setRefused] = useState<Complaints>(NOTHING);
  const fields = useRef(new Map<Path, number>()).current;
  const request = useMemo(() => settle(compacted(draft)), [draft, settle]);
  const broken = useMemo<Complaints>(() => {
    const found = constraints === undefined ? NOTHING : complaintsOf(constraints, operation, request);
    return check === undefined ? found : new Map([...found, ...check(draft)]);
  }, [constraints, operation, request, draft, check]);
  const sending = useMutation({
    mutationFn: send,
    onSuccess: (output) => {
      if (key !== undefined) forgetDraft(key);
      done(output);
    },
    onError: (error) => {
      setRefused(placesOf(error, byCode));
      setTries((known) => known + 1);
    },
  });
  const dirty = !isSame(draft, initial);
  useLeaveWarning(dirty && keep !== undefined && !sending.isSuccess);
  const shown = (path: Path, deep: boolean) => {
    const said = complaintAt(refused, path, deep);
    if (said !== undefined) return said;
    return tries > 0 || touched.has(path) ? complaintAt(broken, path, deep) : undefined;
  };
  return {
    operation,
    constraints,
    draft,
    request,
    set: (path, value) => {
      setDraft((known) => {
        const next = withValue(known, path, value);
        if (key !== undefined) keepDraft(key, next);
        return next;
      });
      setRefused((known) => new Map([...known].filter(([place]) => !isAbout(place, path))));
    },
    touch: (path) => afterPress(() => setTouched((known) => (known.has(path) ? known : new Set([...known, path])))),
    complaint: (path, deep = false) => shown(path, deep),
    homeless: () => (tries === 0 ? [] : withoutField(new Map([...broken, ...refused]), fields.keys())),
    register: (path) => {
      fields.set(path, (fields.get(path) ?? 0) + 1);
      return () => {
        const left = (fields.get(path) ?? 1) - 1;
        if (left > 0) fields.set(path, left);
        else fields.delete(path);
      };
    },
    submit: () => {
      if (sending.isPending) return;
      setRefused(NOTHING);
      sending.reset();
      if (broken.size > 0) setTries((known) => known + 1);
      else sending.mutate(request);
    },
    tries,
    busy: sending.isPending,
    // What is told at a field needs no panel.
    error: refused.size > 0 ? null : sending.error,
    isKept,
    startOver: () => {
      if (key !== undefined) forgetDraft(key);
      setDraft(initial);
      setKept(false);
      setTries(0);
      setTouched(new Set());
      setRefused(NOTHING);
      sending.reset();
    },
    forget: () => {
      if (key !== undefined) forgetDraft(key);
    },
  };
}

export const FormContext = createContext<Form | null>(null);

/** The form around a field. */
export function useFormAround(): Form {
  const form = useContext(FormContext);
  if (form === null) throw new Error("There is no form around this field.");
  return form;
}

/** A field's value and what is known of it; the field is one that can show complaints from now on. */
export function useField(path: Path) {
  const form = useFormAround();
  const { register } = form;
  useEffect(() => register(path), [path]);
  const { schema, required } = form.constraints?.at(form.operation, path) ?? { schema: null, required: false };
  return {
    value: valueAt(form.draft, path),
    set: (value: unknown) => form.set(path, value),
    touch: () => form.touch(path),
    schema,
    required,
  };
}

function isAbout(place: Path, path: Path): boolean {
  return place === path || place.startsWith(`${path}.`) || path.startsWith(`${place}.`);
}

function itself(draft: Draft): Draft {
  return draft;
}

/** The browser asks before it leaves the page for good. */
function useLeaveWarning(wanted: boolean): void {
  useEffect(() => {
    if (!wanted) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [wanted]);
}
