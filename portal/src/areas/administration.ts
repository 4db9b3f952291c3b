import type { Area } from "../app/area";

/** Nothing of it but this file is fetched by those who do not go there. */
export const administration: Area = {
  isFor: (persona) => persona === "ADMINISTRATOR",
  navigation: async () => (await import("../pages/studio/navigation")).navigation,
  pages: [{ path: "studio/*", load: () => import("../pages/studio") }],
};
