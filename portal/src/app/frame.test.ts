import design from "@cloudscape-design/design-tokens/index-visual-refresh.json?raw";
import { expect, test } from "vitest";
import css from "./frame.css?raw";

interface Token {
  readonly $value: string | { readonly light: string; readonly dark: string };
}

const { tokens } = JSON.parse(design) as { readonly tokens: Readonly<Record<string, Token>> };

test.each([
  ["--frame-background", "color-background-layout-main"],
  ["--frame-bar", "color-background-container-content"],
  ["--frame-line", "color-border-divider-default"],
  ["--frame-text", "color-text-heading-default"],
  ["--frame-focus", "color-border-item-focused"],
  ["--frame-font", "font-family-base"],
])("%s is Cloudscape's %s", (ours, theirs) => {
  const value = tokens[theirs]?.$value ?? "";
  const wanted = typeof value === "string" ? value : `light-dark(${value.light}, ${value.dark})`;
  expect(css).toContain(`${ours}: ${wanted};`);
});
