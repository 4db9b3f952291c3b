import { lazy } from "react";
import { useRoutes } from "react-router";
import type { Page } from "../../app/area";

/** Every page below /studio, each fetched when somebody goes there. */
const pages: readonly Page[] = [
  { path: "", load: () => import("./overview") },
  { path: "sessions", load: () => import("./sessions") },
  { path: "backups", load: () => import("./backups") },
  { path: "profiles", load: () => import("./profiles") },
  { path: "profiles/create", load: () => import("./profiles/Create") },
  { path: "profiles/:launchProfileId", load: () => import("./profiles/Show") },
  { path: "profiles/:launchProfileId/edit", load: () => import("./profiles/Edit") },
  { path: "components", load: () => import("./components") },
  { path: "components/create", load: () => import("./components/Create") },
  { path: "components/:studioComponentId", load: () => import("./components/Show") },
  { path: "components/:studioComponentId/edit", load: () => import("./components/Edit") },
  { path: "images", load: () => import("./images") },
  { path: "images/create", load: () => import("./images/Create") },
  { path: "images/:streamingImageId", load: () => import("./images/Show") },
  { path: "images/:streamingImageId/edit", load: () => import("./images/Edit") },
  { path: "eulas", load: () => import("./eulas") },
  { path: "people", load: () => import("./people") },
  { path: "people/:userName", load: () => import("./people/Show") },
  { path: "groups", load: () => import("./groups") },
  { path: "groups/:groupName", load: () => import("./groups/Show") },
  { path: "members", load: () => import("./members") },
  { path: "policies", load: () => import("./policies") },
  { path: "audit", load: () => import("./audit") },
  { path: "settings", load: () => import("./settings") },
  { path: "health", load: () => import("./health") },
  { path: "policies/create", load: () => import("./policies/Create") },
  { path: "policies/:policyName", load: () => import("./policies/Show") },
  { path: "policies/:policyName/edit", load: () => import("./policies/Edit") },
  { path: "roles", load: () => import("./roles") },
  { path: "roles/create", load: () => import("./roles/Create") },
  { path: "roles/:roleName", load: () => import("./roles/Show") },
  { path: "roles/:roleName/edit", load: () => import("./roles/Edit") },
  { path: "simulator", load: () => import("./simulator") },
  { path: "*", load: () => import("../not-found") },
];

const routes = pages.map(({ path, load }) => ({ path, Component: lazy(load) }));

/** The administrators' area: whichever of its pages the address names. */
export default function Studio() {
  return useRoutes(routes);
}
