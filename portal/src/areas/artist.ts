import { backupPages, newestBackups } from "../api/backups";
import { myProfiles, mySessions } from "../api/sessions";
import type { Area } from "../app/area";
import { artist as words } from "../strings/artist";
import { backups } from "../strings/backups";
import { schedules } from "../strings/schedules";

export const artist: Area = {
  isFor: () => true,
  navigation: [
    {
      title: "",
      links: [
        { text: words.sessions.title, href: "/" },
        { text: backups.title, href: "/backups" },
        { text: schedules.title, href: "/schedules" },
      ],
    },
  ],
  pages: [
    {
      path: "",
      load: () => import("../pages/sessions"),
      read: (queries, who) => [
        queries.prefetchQuery(mySessions(who)),
        queries.prefetchQuery(myProfiles(who)),
        queries.prefetchQuery(newestBackups(who, who.user.principalId)),
      ],
    },
    { path: "sessions/:sessionId", load: () => import("../pages/session") },
    { path: "sessions/:sessionId/desktop", load: () => import("../pages/desktop"), wide: true },
    {
      path: "backups",
      load: () => import("../pages/backups"),
      read: (queries, who) => [
        queries.prefetchInfiniteQuery(backupPages(who, who.user.principalId)),
        queries.prefetchQuery(mySessions(who)),
        queries.prefetchQuery(myProfiles(who)),
      ],
    },
    { path: "backups/search", load: () => import("../pages/search") },
    { path: "backups/:backupId", load: () => import("../pages/backup") },
    { path: "backups/:backupId/compare", load: () => import("../pages/compare") },
    { path: "schedules", load: () => import("../pages/schedules") },
    { path: "account", load: () => import("../pages/account") },
    { path: "device", load: () => import("../pages/device") },
  ],
};
