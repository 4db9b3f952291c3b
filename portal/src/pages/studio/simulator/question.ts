import type { SimulatePolicyRequest } from "../../../api/operations";
import type { Draft } from "../../../forms/draft";
import { tagRows, withTagMap } from "../../../forms/tags";

/** What is simulated stands in the page's address, so that it can be sent to somebody and survives a reload. */
const NAMES = { user: "userName", action: "action", resource: "resource" } as const;
const KEY = "key.";

/** The form's draft of an address. */
export function draftOf(address: URLSearchParams): Draft {
  const keys = [...address].filter(([name]) => name.startsWith(KEY)).map(([name, value]) => [name.slice(KEY.length), value]);
  return {
    ...Object.fromEntries(Object.entries(NAMES).map(([name, member]) => [member, address.get(name) ?? ""])),
    conditionKeys: tagRows(Object.fromEntries(keys) as Record<string, string>),
  };
}

/** The address of a request. */
export function addressOf(request: Draft): URLSearchParams {
  const address = new URLSearchParams();
  for (const [name, member] of Object.entries(NAMES)) {
    const value = request[member];
    if (typeof value === "string" && value !== "") address.set(name, value);
  }
  for (const [key, value] of Object.entries((request["conditionKeys"] ?? {}) as Record<string, string>)) address.set(KEY + key, value);
  return address;
}

/** The request of a draft. */
export const settled = (draft: Draft): Draft => withTagMap(draft, "conditionKeys");

/** The request of an address; null where it does not say enough. */
export function questionOf(address: URLSearchParams): SimulatePolicyRequest | null {
  const { userName, action, resource, ...rest } = settled(draftOf(address));
  if (userName === "" || action === "") return null;
  return { userName: String(userName), action: String(action), ...(resource === "" ? {} : { resource: String(resource) }), ...rest };
}
