import "@cloudscape-design/global-styles/index.css";
import "../main.css";
import { createRoot } from "react-dom/client";
import { firstAuth } from "../identity/early";
import { AUTH, type Identity, identityOf } from "../identity/identity";
import { App } from "./App";
import { applyAppearance } from "./appearance";
import { prepareSections } from "./navigation";
import { pageAt, prepare } from "./pages";
import { queries } from "./queries";
import { styled } from "./styled";

/** Milliseconds in which a server nearby has answered: the page is then drawn once, with what it shows. Else it is drawn before. */
const SOON_ENOUGH = 100;

async function start(place: HTMLElement): Promise<void> {
  applyAppearance();
  const page = pageAt(window.location.pathname);
  // Where it fails the page says so when it is shown.
  const code = page && prepare(page).catch(() => undefined);
  let first: Identity | null = null;
  try {
    const auth = await firstAuth();
    queries.setQueryData(AUTH, auth);
    first = identityOf(auth);
  } catch {
    // It is asked again, and who cannot be reached is told of, once there is something to tell it in.
  }
  const navigation = first && prepareSections(first.user.persona).catch(() => undefined);
  const reads = first === null ? [] : (page?.read?.(queries, first) ?? []);
  await Promise.all([code, navigation, styled()]);
  await Promise.race([Promise.all(reads), new Promise((resolve) => setTimeout(resolve, SOON_ENOUGH))]);
  createRoot(place).render(<App first={first} />);
}

const place = document.getElementById("portal");
if (place === null) throw new Error("index.html has no element #portal.");
void start(place);
