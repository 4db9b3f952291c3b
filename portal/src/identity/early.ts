import { type Auth, type Keys, readAuth, readKeys } from "./auth";

/**
 * Who is there and with which keys, asked before the rest of the portal's code has arrived: the answers are there when it is.
 * Each is taken once; who asks again asks the server.
 */
let auth: Promise<Auth> | null = readAuth();
let keys: Promise<Keys> | null = auth.then((known) => (known.signedIn ? readKeys() : Promise.reject(new Error("Nobody is signed in."))));
/** Resolves when the keys have been asked for, or are not to be. */
export const asked: Promise<unknown> = auth.catch(() => undefined);
// Whoever takes them hears of a failure; until then it is nobody's.
auth.catch(() => undefined);
keys.catch(() => undefined);

export function firstAuth(): Promise<Auth> {
  const taken = auth ?? readAuth();
  auth = null;
  return taken;
}

/** Keys of the sign-in that was there when the page was opened, or others where that did not work. */
export function firstKeys(): Promise<Keys> {
  const taken = keys?.catch(readKeys) ?? readKeys();
  keys = null;
  return taken;
}
