// What the flows share: Chromium, asking the test that started them for something, axe, pictures for the manual.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";

const require = createRequire(new URL("../../portal/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const FLAGS = [
  "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

// Told together at the end, so that one run finds them all.
const complaints = [];

export const studio = JSON.parse(process.env.STUDIO);
const pictures = process.env.GREENROOM_SCREENSHOTS === "1" ? new URL("../../docs/images/", import.meta.url) : null;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Have the test that started this do something with its server, and wait for what came of it. */
export async function ask(what, ...of) {
  process.stdout.write(`${JSON.stringify({ ask: what, of })}\n`);
  const { value } = await lines.next();
  return JSON.parse(value);
}

export function step(text) {
  process.stdout.write(`${JSON.stringify({ step: text })}\n`);
}

export function check(condition, otherwise) {
  if (!condition) throw new Error(otherwise);
}

/** Run a flow in a browser of its own; what a page complains of fails it. */
export async function flow(run) {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", acceptDownloads: true });
  context.setDefaultTimeout(Number(process.env.PATIENCE ?? 15_000));
  const page = await context.newPage();
  page.on("console", (message) => {
    // A desktop's own page has a policy of its own.
    const { url } = message.location();
    if (/Content Security Policy/.test(message.text()) && !/^Framing/.test(message.text()) && !url.includes("/streams/")) {
      complaints.push(message.text());
    }
  });
  page.on("pageerror", (error) => {
    if (!String(error.stack).includes("/streams/")) complaints.push(String(error));
  });
  try {
    await run(page);
    check(complaints.length === 0, complaints.join("\n"));
  } catch (error) {
    const text = await page.locator("body").innerText().catch(() => "");
    process.stderr.write(`${error.stack}\nAt ${page.url()} there was:\n${text}\n${complaints.join("\n")}\n`);
    if (process.env.FAILURE_PICTURE) await page.screenshot({ path: process.env.FAILURE_PICTURE }).catch(() => {});
    process.exitCode = 1;
  } finally {
    await browser.close();
    process.stdin.destroy();
  }
}

export async function signIn(page, { userName, password }) {
  await page.getByLabel("User name").fill(userName);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Follow an entry of the navigation, which a narrow window folds away. */
export async function follow(page, name) {
  const link = page.getByRole("link", { name, exact: true });
  if (!(await link.isVisible())) await page.getByRole("button", { name: "Open the list of pages" }).first().click();
  await link.click();
}

/** Go to another page of the portal as a link does, without loading it all anew. */
export async function inside(page, path) {
  await page.evaluate((to) => {
    history.pushState({}, "", to);
    dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  }, path);
}

/** Go by Tab to what is wanted, as whoever has no mouse. */
export async function tabTo(page, wanted) {
  await wanted.waitFor();
  for (let presses = 0; presses < 100; presses += 1) {
    if (await wanted.evaluate((each) => each === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`The keyboard does not lead to ${wanted}.`);
}

/** Open the menu of a button that has the keyboard, and choose in it by the arrows. */
export async function chooseByKeys(page, name) {
  await page.keyboard.press("Enter");
  const item = page.getByRole("menuitem", { name });
  await item.waitFor();
  const isThere = () => item.evaluate((each) => each.contains(document.activeElement));
  for (let presses = 0; presses < 20 && !(await isThere()); presses += 1) await page.keyboard.press("ArrowDown");
  check(await isThere(), `The arrows do not lead to ${name}.`);
  await page.keyboard.press("Enter");
}

/** Nothing moves for who asked their system for less motion. */
async function still(page, name) {
  const moving = () =>
    document
      .getAnimations()
      .filter(({ playState, effect }) => playState === "running" && (effect?.getComputedTiming().activeDuration ?? 0) > 10)
      .map(({ effect }) => effect?.target?.className ?? "");
  // What takes a millisecond is no motion.
  await page.waitForFunction(`(${moving})().length === 0`, undefined, { timeout: 2_000 }).catch(() => {});
  const found = await page.evaluate(moving);
  if (found.length > 0) complaints.push(`On ${name} there is motion that was asked not to be: ${found.join(" | ")}`);
}

/** Nothing serious of axe's, no motion, and nothing wider than a phone; a picture for the manual where one is wanted. */
export async function examine(page, name, { picture = true } = {}) {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
  });
  complaints.push(...found.map((each) => `axe, on ${name}: ${each}`));
  await still(page, name);
  const size = page.viewportSize();
  if (pictures !== null && picture) await page.screenshot({ path: new URL(`portal-${name}.png`, pictures).pathname });
  await page.setViewportSize({ width: 360, height: 740 });
  // Components that measure themselves settle a moment after the window has.
  const fits = () => document.scrollingElement.scrollWidth <= 360;
  await page.waitForFunction(fits, undefined, { timeout: 2_000 }).catch(() => {});
  const wide = await page.evaluate(() => document.scrollingElement.scrollWidth);
  if (wide > 360) {
    const past = await page.evaluate(() =>
      [...document.querySelectorAll("main *")].filter((each) => each.getBoundingClientRect().right > 360).slice(0, 6).map((each) => each.cloneNode().outerHTML),
    );
    complaints.push(`${name} is ${wide} px wide on a screen of 360 px: ${past.join(" ")}`);
  }
  await page.setViewportSize(size);
}
