import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { isForbidden } from "../api/errors";
import { ErrorPanel } from "./ErrorPanel";
import { Forbidden } from "./Forbidden";
import { Loading } from "./Loading";

/** What is to be shown of something once it was read; its last error above it, where reading it again failed. */
export function Read<Thing>({ query, children }: { readonly query: UseQueryResult<Thing>; readonly children: (thing: Thing) => ReactNode }) {
  if (query.data === undefined) {
    if (query.error === null) return <Loading />;
    if (isForbidden(query.error)) return <Forbidden error={query.error} />;
    return <ErrorPanel error={query.error} again={() => void query.refetch()} />;
  }
  return (
    <>
      <ErrorPanel error={query.error} />
      {children(query.data)}
    </>
  );
}
