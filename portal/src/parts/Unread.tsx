import type { UseQueryResult } from "@tanstack/react-query";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { isForbidden } from "../api/errors";
import { common } from "../strings/common";
import { ErrorPanel } from "./ErrorPanel";
import { GoButton } from "./GoButton";
import { Loading } from "./Loading";
import { useTitle } from "./useTitle";

export interface UnreadProps {
  readonly query: Pick<UseQueryResult, "error" | "refetch">;
  /** What cannot be shown, where it cannot. */
  readonly title: string;
  /** Where one can go from here. */
  readonly home: { readonly href: string; readonly text: string };
}

/** Instead of a page about one thing while that is read, and where it cannot be: why, and where to go from here. */
export function Unread({ query: { error, refetch }, title, home }: UnreadProps) {
  useTitle(error === null ? "" : title);
  if (error === null) return <Loading />;
  return (
    <SpaceBetween size="m">
      <Header variant="h1">{title}</Header>
      <ErrorPanel error={error} {...(isForbidden(error) ? {} : { again: () => void refetch() })} />
      <GoButton href={home.href}>{common.goTo(home.text)}</GoButton>
    </SpaceBetween>
  );
}
