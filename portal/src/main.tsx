import { asked } from "./identity/early";

/** Milliseconds in which a server nearby has said who is there. Reading the rest holds up what is to be asked next. */
const SOON_ENOUGH = 50;

// The rest is fetched at the same time: index.html tells the browser of it (preloads.ts).
void Promise.race([asked, new Promise((resolve) => setTimeout(resolve, SOON_ENOUGH))]).then(() => import("./app/start"));
