// Opens one page of the portal some times and says, for each, when it could be used, and once what came over the wire.
import { writeFile } from "node:fs/promises";
import { chromium } from "./chromium.mjs";

const asked = JSON.parse(process.argv[2]);
const SLOWDOWN = 4;
/** Milliseconds that a page is listened to after it can be used: the icon or another look belong to its load as well. */
const AFTERWARDS = 3000;
const PATIENCE = 120_000;

const PAGES = {
  // The session's card, and the menu of what can be launched, opened.
  sessions: { path: "/", shown: "Open", opens: "Launch a desktop" },
  // The newest backup, and the menu of what can be done with it, opened.
  backups: { path: "/backups", shown: "Look inside", opens: "More for the backup" },
};

/** Runs within the page before anything of it: notes when the frame is there, and when the page has been used. It looks once a frame. */
function watch({ shown, opens }) {
  const found = {};
  const named = (button, name) => button.textContent.trim() === name || button.getAttribute("aria-label")?.startsWith(name);
  let changed = true;
  new MutationObserver(() => (changed = true)).observe(document, { childList: true, subtree: true });
  const look = () => {
    if (found.usable !== undefined) return;
    requestAnimationFrame(look);
    if (!changed) return;
    changed = false;
    if (found.content === undefined) {
      if (document.querySelector("nav a") === null) return;
      found.shell ??= performance.now();
      const buttons = [...document.querySelectorAll("main button, main a")];
      if (!buttons.some((button) => named(button, shown))) return;
      const menu = buttons.find((button) => named(button, opens) && button.getAttribute("aria-disabled") !== "true");
      if (menu === undefined) return;
      found.content = performance.now();
      menu.click();
    } else if (document.querySelector("[role=menuitem]") !== null) {
      found.usable = 0;
      requestIdleCallback(() => {
        found.usable = performance.now();
        globalThis.told(JSON.stringify(found));
      });
    }
  };
  look();
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

/** Opens the page with an empty cache or a filled one; resolves when it can be used, with the times in milliseconds. */
async function opened(page, { path, ...what }) {
  await page.send("Page.enable");
  await page.send("Runtime.enable");
  // Of the processor's time, not of the clock's: what other programs take does not count.
  await page.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.send("Runtime.addBinding", { name: "told" });
  await page.send("Page.addScriptToEvaluateOnNewDocument", { source: `(${watch})(${JSON.stringify(what)})` });
  if (asked.cold) await page.send("Network.clearBrowserCache");
  await page.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
  const told = new Promise((resolve, reject) => {
    page.on("Runtime.bindingCalled", ({ payload }) => resolve(JSON.parse(payload)));
    setTimeout(() => reject(new Error(`${path} could not be used within ${PATIENCE / 1000} s.`)), PATIENCE).unref();
  });
  await page.send("Page.navigate", { url: asked.endpoint + path });
  const times = await told;
  const { metrics } = await page.send("Performance.getMetrics");
  const spent = Object.fromEntries(metrics.filter(({ name }) => name.endsWith("Duration")).map(({ name, value }) => [name, value * 1000]));
  await page.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  return { ...times, processor: spent.TaskDuration, spent };
}

/** What comes over the wire for it, by kind, and the requests as they were made. */
async function carried(page, what) {
  const requests = new Map();
  page.on("Network.requestWillBeSent", ({ requestId, request, timestamp }) => requests.set(requestId, { address: `${request.method} ${request.url.slice(asked.endpoint.length)}`, began: timestamp, bytes: 0 }));
  page.on("Network.responseReceived", ({ requestId, type }) => Object.assign(requests.get(requestId) ?? {}, { kind: type.toLowerCase() }));
  page.on("Network.loadingFinished", ({ requestId, encodedDataLength, timestamp }) => Object.assign(requests.get(requestId) ?? {}, { bytes: encodedDataLength, ended: timestamp }));
  await page.send("Network.enable");
  await opened(page, what);
  await new Promise((resolve) => setTimeout(resolve, AFTERWARDS));
  const finished = [...requests.values()].filter(({ ended }) => ended !== undefined);
  const bytes = {};
  for (const { kind = "other", bytes: own } of finished) bytes[kind] = (bytes[kind] ?? 0) + own;
  return { bytes, requests: finished.sort((one, other) => one.began - other.began) };
}

const browser = await chromium(asked.chromium);
try {
  const what = PAGES[asked.page];
  const first = await browser.page();
  await first.send("Page.enable");
  const loaded = new Promise((resolve) => first.on("Page.loadEventFired", resolve));
  await first.send("Page.navigate", { url: asked.endpoint });
  await loaded;
  const signIn = { method: "POST", headers: { "content-type": "application/json", "x-greenroom-request": "1" }, body: JSON.stringify({ userName: asked.userName, password: asked.password }) };
  const status = await first.value(`fetch("/auth/sign-in", ${JSON.stringify(signIn)}).then((answer) => answer.status)`);
  if (status !== 200) throw new Error(`The sign-in was answered with ${status}.`);
  await first.close();
  // The first time fills the cache, for pages that are opened again.
  const wire = {};
  for (let time = asked.cold ? 1 : 0; time < 2; time += 1) {
    const counting = await browser.page();
    Object.assign(wire, await carried(counting, what));
    await counting.close();
  }
  const rounds = [];
  for (let round = 0; round < asked.rounds; round += 1) {
    const page = await browser.page();
    if (asked.profile !== undefined && round === asked.rounds - 1) {
      await page.send("Profiler.enable");
      await page.send("Profiler.start");
    }
    const times = await opened(page, what);
    if (asked.profile !== undefined && round === asked.rounds - 1) await writeFile(asked.profile, JSON.stringify((await page.send("Profiler.stop")).profile));
    rounds.push({ ...times, own: await page.value(`(${busyness})()`) });
    await page.close();
  }
  process.stdout.write(JSON.stringify({ rounds, ...wire }));
} finally {
  await browser.close();
}
