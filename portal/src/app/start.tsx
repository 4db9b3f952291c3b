import "@cloudscape-design/global-styles/index.css";
import "../main.css";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { applyAppearance } from "./appearance";
import { pageAt } from "./pages";

// Its code comes while who is there is still being asked; where that fails, the page says so when it is shown.
pageAt(window.location.pathname)?.load().catch(() => undefined);
applyAppearance();
const place = document.getElementById("portal");
if (place === null) throw new Error("index.html has no element #portal.");
createRoot(place).render(<App />);
