import { createBrowserRouter, type RouteObject } from "react-router";
import { areas } from "../areas";
import { PageFailed } from "./PageFailed";
import { Shell } from "./Shell";

/** Every page below the shell, each fetched when somebody goes there. */
const pages: RouteObject[] = areas
  .flatMap((area) => area.pages)
  .map(({ path, load, wide = false }) => ({
    ...(path === "" ? { index: true as const } : { path }),
    lazy: async () => ({ Component: (await load()).default }),
    errorElement: <PageFailed />,
    handle: { wide },
  }));

export const router = createBrowserRouter([
  {
    element: <Shell />,
    hydrateFallbackElement: <></>,
    errorElement: <PageFailed />,
    children: [...pages, { path: "*", lazy: async () => ({ Component: (await import("../pages/not-found")).default }) }],
  },
]);
