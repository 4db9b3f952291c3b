import { applyDensity, applyMode, Density, Mode } from "@cloudscape-design/global-styles";
import { useSyncExternalStore } from "react";

/** How a person wants the pages to look, kept by their browser. */
export interface Appearance {
  readonly mode: "light" | "dark" | "system";
  readonly density: "comfortable" | "compact";
}

const KEY = "greenroom.appearance";
const AT_FIRST: Appearance = { mode: "system", density: "comfortable" };
const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();
let current = kept();

export function useAppearance(): Appearance {
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => current,
  );
}

export function changeAppearance(change: Partial<Appearance>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // A browser that keeps nothing shows it like this until the page is left.
  }
  applyAppearance();
  for (const changed of listeners) changed();
}

/** Called before anything is drawn, so that nothing flashes. */
export function applyAppearance(): void {
  const dark = current.mode === "dark" || (current.mode === "system" && systemIsDark.matches);
  applyMode(dark ? Mode.Dark : Mode.Light);
  applyDensity(current.density === "compact" ? Density.Compact : Density.Comfortable);
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
}

systemIsDark.addEventListener("change", applyAppearance);

function kept(): Appearance {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    const { mode, density } = found as Partial<Appearance>;
    return {
      mode: mode === "light" || mode === "dark" ? mode : AT_FIRST.mode,
      density: density === "compact" ? density : AT_FIRST.density,
    };
  } catch {
    return AT_FIRST;
  }
}
