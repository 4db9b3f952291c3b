import "@cloudscape-design/global-styles/index.css";
import "./main.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { applyAppearance } from "./app/appearance";

applyAppearance();
const place = document.getElementById("portal");
if (place === null) throw new Error("index.html has no element #portal.");
createRoot(place).render(<App />);
