// A Chromium and its developer tools over a pipe, with nothing between: a test runner's own scripts in the page would be measured with it.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--remote-debugging-pipe",
];

/** Starts one; `send` is for the browser itself, `page` opens a page, `close` ends it and takes its profile away. */
export async function chromium(executable) {
  const profile = await mkdtemp(join(tmpdir(), "greenroom-chromium-"));
  const running = spawn(executable, [...FLAGS, `--user-data-dir=${profile}`, "about:blank"], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => running.once("exit", resolve));
  const [, , , commands, answers] = running.stdio;
  const waiting = new Map();
  const listeners = new Map();
  let number = 0;
  let text = "";
  answers.setEncoding("utf8").on("data", (part) => {
    const messages = (text + part).split("\0");
    text = messages.pop();
    for (const { id, result, error, method, params, sessionId } of messages.map((message) => JSON.parse(message))) {
      if (id === undefined) for (const listener of listeners.get(`${sessionId}:${method}`) ?? []) listener(params);
      else if (error === undefined) waiting.get(id).resolve(result);
      else waiting.get(id).reject(new Error(error.message));
      waiting.delete(id);
    }
  });
  void ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error("Chromium has ended."));
  });
  const send = (method, params = {}, sessionId = undefined) =>
    new Promise((resolve, reject) => {
      waiting.set((number += 1), { resolve, reject });
      commands.write(`${JSON.stringify({ id: number, method, params, sessionId })}\0`);
    });
  const page = async () => {
    const { targetId } = await send("Target.createTarget", { url: "about:blank", newWindow: true, width: 1280, height: 900 });
    const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
    const own = (method, params) => send(method, params, sessionId);
    return {
      send: own,
      on: (method, listener) => listeners.set(`${sessionId}:${method}`, [...(listeners.get(`${sessionId}:${method}`) ?? []), listener]),
      /** What an expression comes to within the page; a promise is waited for. */
      value: async (expression) => {
        const { result, exceptionDetails } = await own("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
        if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        return result.value;
      },
      close: () => send("Target.closeTarget", { targetId }),
    };
  };
  const close = async () => {
    running.kill();
    await ended;
    await rm(profile, { recursive: true, force: true });
  };
  return { send, page, close };
}
