/** Words about the acceptance of licence agreements. */
export const eula = {
  read: "Agreement",
  readOf: (host: string, name: string) => `${host}: the agreement ${name} (opens another page)`,
  accepted: "Accepted by the studio",
  not: "Not yet",
  by: (who: string) => `by ${who}`,
  accept: "Accept",
  acceptOf: (name: string) => `Accept ${name}`,
  acceptTitle: (name: string) => `Accept ${name} for the studio?`,
  acceptBinds: "This binds the studio, and cannot be taken back here: read the agreement first.",
  acceptRest: "Images that ask for it can be launched then.",
  failed: "It was not accepted",
};
