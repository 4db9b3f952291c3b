/** Words of the page about everybody's backups. */
export const backups = {
  description: "Everybody's backups, newest first. What a backup is worth is told by when it was last proven.",
  made: "Made",
  owner: "Owner",
  profile: "Launch profile",
  session: "Session",
  state: "State",
  id: "Backup id",
  find: "Owner, launch profile or id",
  emptyTitle: "There is no backup",
  empty: "A backup is made each time a session stops, and every few hours while it runs, where its launch profile says so.",
  states: "In any state",
};
