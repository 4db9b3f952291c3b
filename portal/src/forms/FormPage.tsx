import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import { useLocation, useNavigate } from "react-router";
import { useLookAgain } from "../api/act";
import { ApiCall } from "../parts/ApiCall";
import { ForAdministrators } from "../parts/ForAdministrators";
import { useNotify } from "../parts/notifications";
import { PageTitle, type PageTitleProps } from "../parts/PageTitle";
import type { Draft } from "./draft";
import { type FormOptions, useForm } from "./form";
import { FormFrame } from "./FormFrame";

export interface FormPageProps<Thing> extends Pick<FormOptions<Thing>, "operation" | "initial" | "settle" | "check" | "byCode" | "send"> {
  readonly title: string;
  readonly lead?: string;
  readonly above: PageTitleProps["above"];
  readonly submit: string;
  /** What did not happen, where it failed. */
  readonly failed: string;
  /** What is sent of a request: of a change, what was changed. */
  readonly input: (request: Draft) => Draft;
  readonly line: (input: Draft) => string;
  /** Keys of what is to be looked at again. */
  readonly changes: readonly string[];
  /** Where one goes afterwards, and what is said there. */
  readonly landing: (thing: Thing) => { readonly href: string; readonly said: string };
  /** Where one goes without having done it. */
  readonly back: string;
  readonly children: ReactNode;
}

/** A page that makes or changes one thing. What was typed stays when the server refuses it, or when the sign-in ends meanwhile. */
export function FormPage<Thing>(props: FormPageProps<Thing>) {
  const { title, lead, above, submit, failed, input, line, changes, landing, back, send, children, ...options } = props;
  const navigate = useNavigate();
  const notify = useNotify();
  const look = useLookAgain();
  const { pathname } = useLocation();
  const form = useForm<Thing>({
    ...options,
    keep: pathname,
    send: (request) => send(input(request)),
    done: (thing) => {
      const { href, said } = landing(thing);
      void look(...changes);
      notify({ id: href, type: "success", header: said });
      void navigate(href);
    },
  });
  return (
    <SpaceBetween size="l">
      <PageTitle title={title} above={above} {...(lead === undefined ? {} : { description: lead })} />
      <ForAdministrators />
      <FormFrame
        form={form}
        submit={submit}
        failed={failed}
        cancel={() => void navigate(back)}
        aside={<ApiCall lines={[line(input(form.request))]} />}
      >
        {children}
      </FormFrame>
    </SpaceBetween>
  );
}
