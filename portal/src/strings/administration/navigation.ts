/** Names of the administrators' pages, as the navigation and their titles have them. */
export const navigation = {
  studio: "Studio",
  offers: "What artists get",
  people: "People and rights",
  system: "System",
  overview: "Overview",
  sessions: "Sessions",
  backups: "Backups",
  profiles: "Launch profiles",
  components: "Studio components",
  images: "Streaming images",
  eulas: "EULAs",
  users: "People",
  members: "Members",
  policies: "Policies",
  audit: "Audit log",
  settings: "Settings",
  health: "Health checks",
  forbidden: "This page is for the studio's administrators",
  forbiddenText:
    "The server did not let you see it: none of your policies allows it. If you look after this studio, ask an administrator to attach a policy to you that does.",
};
