/** Words about who administers the studio. */
export const member = {
  add: "Make administrators",
  addTitle: "Make people administrators of the studio",
  addText: "They may do everything here, from their next call on.",
  notAdded: "They were not made administrators",
  remove: "Take the rights",
  removeOf: (name: string) => `Take the rights of ${name}`,
  removeTitle: (name: string) => `Is ${name} to administer the studio no longer?`,
  removeLoses: (name: string) => `${name} can do no more than any artist, and what policies attached to them allow.`,
  removeRest: "Their sessions, backups and keys stay theirs.",
  notRemoved: "The rights were not taken",
};
