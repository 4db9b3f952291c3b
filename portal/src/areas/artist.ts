import type { Area } from "../app/area";
import { artist as words } from "../strings/artist";
import { backups } from "../strings/backups";

export const artist: Area = {
  isFor: () => true,
  navigation: [
    {
      title: "",
      links: [
        { text: words.sessions.title, href: "/" },
        { text: backups.title, href: "/backups" },
      ],
    },
  ],
  pages: [
    { path: "", load: () => import("../pages/sessions") },
    { path: "sessions/:sessionId", load: () => import("../pages/session") },
    { path: "sessions/:sessionId/desktop", load: () => import("../pages/desktop"), wide: true },
    { path: "backups", load: () => import("../pages/backups") },
    { path: "backups/:backupId", load: () => import("../pages/backup") },
    { path: "device", load: () => import("../pages/device") },
  ],
};
