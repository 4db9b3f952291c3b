import { lazy } from "react";
import { useRoutes } from "react-router";
import type { Page } from "../../app/area";

/** Every page below /studio, each fetched when somebody goes there. */
const pages: readonly Page[] = [
  { path: "", load: () => import("./overview") },
  { path: "sessions", load: () => import("./sessions") },
  { path: "backups", load: () => import("./backups") },
  { path: "profiles", load: () => import("./profiles") },
  { path: "components", load: () => import("./components") },
  { path: "images", load: () => import("./images") },
  { path: "eulas", load: () => import("./eulas") },
  { path: "people", load: () => import("./people") },
  { path: "members", load: () => import("./members") },
  { path: "policies", load: () => import("./policies") },
  { path: "audit", load: () => import("./audit") },
  { path: "settings", load: () => import("./settings") },
  { path: "health", load: () => import("./health") },
  { path: "*", load: () => import("../not-found") },
];

const routes = pages.map(({ path, load }) => ({ path, Component: lazy(load) }));

/** The administrators' area: whichever of its pages the address names. */
export default function Studio() {
  return useRoutes(routes);
}
