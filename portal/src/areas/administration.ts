import type { Area } from "../app/area";
import { administration as words } from "../strings/administration";

export const administration: Area = {
  title: words.title,
  isFor: (persona) => persona === "ADMINISTRATOR",
  navigation: [],
  pages: [],
};
