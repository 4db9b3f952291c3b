// Opens one page of the portal some times and says, for each, when it could be used and what came over the wire.
import { createRequire } from "node:module";

const require = createRequire(new URL("../portal/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const asked = JSON.parse(process.argv[2]);
const SLOWDOWN = 4;

const PAGES = {
  // The session's card, and the menu of what can be launched, opened.
  sessions: { path: "/", shown: "Open", opens: "Launch a desktop" },
  // The newest backup, and the menu of what can be done with it, opened.
  backups: { path: "/backups", shown: "Look inside", opens: "More for the backup" },
};

/** Runs within the page before anything of it: notes when the frame is there, and when the page has been used. */
function watch({ shown, opens }) {
  const found = (globalThis.measured = {});
  const buttons = () => [...document.querySelectorAll("button, a")];
  const named = (button, name) => button.textContent.trim() === name || button.getAttribute("aria-label")?.startsWith(name);
  let clicked = false;
  const look = () => {
    found.shell ??= document.querySelector("nav") === null ? undefined : performance.now();
    if (!clicked && buttons().some((button) => named(button, shown) || button.getAttribute("aria-label")?.startsWith(`${shown} `))) {
      const button = buttons().find((each) => named(each, opens) && each.getAttribute("aria-disabled") !== "true");
      if (button === undefined) return;
      clicked = true;
      found.content = performance.now();
      button.click();
    }
    if (clicked && found.usable === undefined && document.querySelector("[role=menuitem]") !== null) {
      found.usable = 0;
      requestIdleCallback(() => {
        found.usable = performance.now();
      });
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true });
}

/** How many times longer a loop takes here than the fastest of some: what the machine's other work adds. */
function busyness() {
  const times = Array.from({ length: 8 }, () => {
    const begun = performance.now();
    let sum = 0;
    for (let n = 0; n < 2e6; n += 1) sum += n % 7;
    return performance.now() - begun + (sum < 0 ? 1 : 0);
  });
  return times.reduce((sum, each) => sum + each, 0) / times.length / Math.min(...times);
}

const browser = await chromium.launch({
  executablePath: asked.chromium,
  args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const rounds = [];
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const first = await context.newPage();
  await first.goto(asked.endpoint);
  await first.getByLabel("User name").fill(asked.userName);
  await first.getByLabel("Password").fill(asked.password);
  await first.getByRole("button", { name: "Sign in", exact: true }).click();
  await first.getByRole("link", { name: "My sessions", exact: true }).waitFor({ state: "attached" });
  const { path, ...what } = PAGES[asked.page];
  await first.goto(asked.endpoint + path);
  await first.getByText(what.shown).first().waitFor();
  await first.close();
  for (let round = 0; round < asked.rounds; round += 1) {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send("Network.enable");
    // Of the processor's time, not of the clock's: what other programs take does not count.
    await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
    if (asked.cold) await devtools.send("Network.clearBrowserCache");
    const kinds = new Map();
    const bytes = {};
    let requests = 0;
    let counting = true;
    devtools.on("Network.responseReceived", ({ requestId, type }) => kinds.set(requestId, type.toLowerCase()));
    devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      if (!counting) return;
      const kind = kinds.get(requestId) ?? "other";
      bytes[kind] = (bytes[kind] ?? 0) + encodedDataLength;
      requests += 1;
    });
    await page.addInitScript(watch, what);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
    await page.goto(asked.endpoint + path);
    await page.waitForFunction(() => globalThis.measured.usable > 0, null, { timeout: 120_000 });
    const { metrics } = await devtools.send("Performance.getMetrics");
    const spent = Object.fromEntries(metrics.filter(({ name }) => name.endsWith("Duration")).map(({ name, value }) => [name, value * 1000]));
    // What comes after, the icon or another look at the sessions, belongs to the first load as well.
    await page.waitForTimeout(1500);
    counting = false;
    const times = await page.evaluate(() => globalThis.measured);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 1 });
    rounds.push({ ...times, processor: spent.TaskDuration, spent, own: await page.evaluate(busyness), bytes, requests });
    await page.close();
  }
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify(rounds));
