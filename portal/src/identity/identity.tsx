import { type QueryKey, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { Api } from "../api/api";
import { onKeysRefused } from "../app/queries";
import type { Auth, Person } from "./auth";
import { Credentials } from "./credentials";
import { firstAuth, firstKeys } from "./early";

/** Who is signed in, where, and how they speak to the studio. */
export interface Identity {
  readonly auth: Auth;
  readonly user: Person;
  readonly api: Api;
}

/** Whoever is signed in, with a client of their own; null for nobody. */
export function identityOf(auth: Auth): Identity | null {
  const { user, region, studioId } = auth;
  if (user === null) return null;
  return { auth, user, api: new Api({ origin: window.location.origin, region, studioId, credentials: new Credentials(firstKeys) }) };
}

const Context = createContext<Identity | null>(null);

export const AUTH = ["auth"] as const;

/** The signed-in person; only below <SignedIn>. */
export function useIdentity(): Identity {
  const identity = useContext(Context);
  if (identity === null) throw new Error("Nobody is signed in here.");
  return identity;
}

export interface SignedInProps {
  /** Who was there when the page was opened, with the client that has begun to read for them. */
  readonly first: Identity | null;
  readonly children: ReactNode;
  /** While it is not known who is there; `error` where it cannot be known. */
  readonly waiting: (error: Error | null, again: () => void) => ReactNode;
  /**
   * While nobody is signed in: alone where nobody was, else above what the person `before` sees, which stays as it is, so that
   * they go on where they were.
   */
  readonly stranger: (auth: Auth, before: Person | null) => ReactNode;
}

export function SignedIn({ first, children, waiting, stranger }: SignedInProps): ReactNode {
  const queries = useQueryClient();
  const [signIns, setSignIns] = useState(0);
  const auth = useQuery({ queryKey: AUTH, queryFn: firstAuth, staleTime: Infinity, retry: 2 });
  const data = auth.data;
  const identity = useMemo(() => {
    if (data === undefined) return null;
    const same = signIns === 0 && first !== null && first.user.principalId === data.user?.principalId;
    return same ? first : identityOf(data);
    // The client remembers its keys: after each sign-in there is another one.
  }, [first, data, signIns]);
  const api = identity?.api;
  useEffect(
    () =>
      api?.credentials.whenEnded(() => {
        setSignIns((known) => known + 1);
        queries.setQueryData<Auth>(AUTH, (known) => known && { ...known, signedIn: false, user: null });
      }),
    [api, queries],
  );
  useEffect(
    () =>
      onKeysRefused(() => {
        api?.credentials.forget();
        // Whether the sign-in has ended is for the server to say; where it has not, another client begins with new keys.
        void api?.credentials.get().then(() => setSignIns((known) => known + 1), () => undefined);
      }),
    [api],
  );
  useEffect(() => {
    // What was refused in the meantime is asked for again, by pages that know the new client by now.
    if (signIns > 0 && api !== undefined) void queries.invalidateQueries({ predicate: isOfTheStudio });
  }, [api, signIns, queries]);
  const [last, setLast] = useState<Identity | null>(null);
  if (identity !== null && identity !== last) setLast(identity);
  if (data === undefined) return waiting(auth.error, () => void auth.refetch());
  const shown = identity ?? last;
  return (
    <>
      {shown !== null && (
        // Somebody else begins anew.
        <Context.Provider key={shown.user.principalId} value={shown}>
          {children}
        </Context.Provider>
      )}
      {identity === null && stranger(data, shown?.user ?? null)}
    </>
  );
}

/** What is kept of the studio's answers, rather than of who is there. */
function isOfTheStudio({ queryKey: [kind] }: { readonly queryKey: QueryKey }): boolean {
  return kind !== AUTH[0];
}

/** Whoever has signed in is the one who is there. What was read for somebody else before them is forgotten. */
export function useArrival(before: Person | null): (known: Auth) => void {
  const queries = useQueryClient();
  return (known) => {
    queries.setQueryData(AUTH, known);
    if (before !== null && known.user?.principalId !== before.principalId) queries.removeQueries({ predicate: isOfTheStudio });
  };
}
