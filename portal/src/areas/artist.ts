import type { Area } from "../app/area";
import { artist as words } from "../strings/artist";

export const artist: Area = {
  title: "",
  isFor: () => true,
  navigation: [{ text: words.sessions.title, href: "/" }],
  pages: [{ path: "", load: () => import("../pages/sessions") }],
};
