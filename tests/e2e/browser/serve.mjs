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
const pages = [];
const troubles = [];

async function open(url) {
  const page = await context.newPage();
  pages.push(page);
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("console", (message) => {
    if (/Content.Security.Policy/i.test(message.text())) troubles.push(message.text());
  });
  const begun = performance.now();
  const frame = new Promise((resolve) => {
    page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => {
      if (typeof payload !== "string") resolve(performance.now() - begun);
    }));
  });
  const response = await page.goto(url);
  const milliseconds = response.ok() ? await Promise.race([frame, page.waitForTimeout(60000)]) : null;
  return { status: response.status(), address: page.url(), text: await page.innerText("body"), milliseconds };
}

const actions = {
  open: ({ url }) => open(url),
  press: async ({ keys, page = 0 }) => pages[page].keyboard.press(keys),
  click: async ({ x, y, page = 0 }) => pages[page].mouse.click(x, y),
  type: async ({ text, page = 0 }) => pages[page].keyboard.type(text, { delay: 20 }),
  screenshot: async ({ path, page = 0 }) => { await pages[page].screenshot({ path }); },
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
