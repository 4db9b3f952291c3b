// A browser that does as it is told: one JSON object a line in, one out.
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [executablePath] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath,
  args: [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
await context.grantPermissions(["clipboard-read", "clipboard-write"]);
const pages = [];
const pictures = new Map();
const troubles = [];

async function newPage() {
  const page = await context.newPage();
  pages.push(page);
  return page;
}

async function open(url) {
  const page = await newPage();
  pictures.set(page, 0);
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("console", (message) => {
    if (/Content.Security.Policy/i.test(message.text())) troubles.push(message.text());
  });
  const begun = performance.now();
  const frame = new Promise((resolve) => {
    page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => {
      if (typeof payload === "string") return;
      pictures.set(page, pictures.get(page) + 1);
      resolve(performance.now() - begun);
    }));
  });
  const response = await page.goto(url);
  const milliseconds = response.ok() ? await Promise.race([frame, page.waitForTimeout(60000)]) : null;
  return { status: response.status(), address: page.url(), text: await page.innerText("body"), milliseconds };
}

// A stream without the client's manners, in the page of one: `raw.heard`, `raw.closed`, `raw.socket.send(…)`.
async function forge() {
  const raw = (window.raw = { heard: [], closed: null });
  const address = new URL("api/websockets", location.href.replace(/^http/, "ws"));
  for (let tries = 0; tries < 20; tries += 1) {
    const socket = (raw.socket = new WebSocket(address));
    raw.closed = null;
    // Selkies turns away whoever comes within half a second of another; who stays is told its settings.
    const stays = await new Promise((tell) => {
      socket.onmessage = ({ data }) => {
        if (typeof data !== "string") return;
        raw.heard.push(data);
        if (data.includes("server_settings")) tell(true);
      };
      socket.onclose = ({ code, reason }) => {
        raw.closed = [code, reason];
        tell(false);
      };
    });
    if (stays) return true;
    await new Promise((wait) => setTimeout(wait, 600));
  }
  return false;
}

const actions = {
  open: ({ url }) => open(url),
  visit: async ({ url }) => (await (await newPage()).goto(url, { waitUntil: "commit" })).status(),
  leave: async ({ page = 0 }) => pages[page].close(),
  press: async ({ keys, page = 0 }) => pages[page].keyboard.press(keys),
  click: async ({ x, y, page = 0 }) => pages[page].mouse.click(x, y),
  type: async ({ text, page = 0 }) => pages[page].keyboard.type(text, { delay: 20 }),
  screenshot: async ({ path, page = 0 }) => { await pages[page].screenshot({ path }); },
  evaluate: async ({ expression, page = 0 }) => pages[page].evaluate(expression),
  forge: async ({ page = 0 }) => pages[page].evaluate(forge),
  pictures: async ({ page = 0 }) => pictures.get(pages[page]),
  upload: async ({ name, text, page = 0 }) => {
    const chooser = pages[page].waitForEvent("filechooser");
    await pages[page].evaluate(() => window.dispatchEvent(new CustomEvent("requestFileUpload")));
    await (await chooser).setFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
  },
  troubles: async () => troubles,
};

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  try {
    process.stdout.write(JSON.stringify({ answer: (await actions[order.do](order)) ?? null }) + "\n");
  } catch (error) {
    process.stdout.write(JSON.stringify({ error: String(error) }) + "\n");
  }
}
await browser.close();
