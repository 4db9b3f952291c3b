import "./identity/early";

// The rest is fetched and read at the same time: index.html tells the browser of it (preloads.ts).
void import("./app/start");
