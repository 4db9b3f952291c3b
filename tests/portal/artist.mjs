// An artist's day: sign in, launch, stop, find the backup, go back to it; with the server gone in between.
import { ask, check, examine, flow, follow, signIn, step, studio } from "./browser.mjs";

const READY = { timeout: 60_000 };

await flow(async (page) => {
  step("a wrong password is refused in words");
  await page.goto(`${studio.endpoint}/backups`);
  await page.getByLabel("User name").waitFor();
  await examine(page, "sign-in");
  await signIn(page, { ...studio.artist, password: "wrong" });
  await page.getByText("User name or password is wrong").waitFor();

  step("the right one leads to the page that was asked for");
  await signIn(page, studio.artist);
  await page.getByRole("heading", { name: "You have no backup yet" }).waitFor();
  await examine(page, "backups-empty", { picture: false });

  step("an empty list of sessions teaches, and launching is two clicks");
  await follow(page, "My sessions");
  await page.getByRole("heading", { name: "You have no session" }).waitFor();
  await examine(page, "sessions-empty", { picture: false });
  await page.getByRole("button", { name: "Launch a desktop" }).first().click();
  await page.getByRole("menuitem", { name: studio.profile }).click();
  await page.getByText(/connection · \d+ ms/).waitFor(READY);
  const sessionId = /sessions\/([^/]+)\/desktop/.exec(page.url())[1];
  await examine(page, "desktop");

  step("the session is a card, and what is in it goes on");
  await page.getByRole("button", { name: "My sessions" }).click();
  await page.getByText("Running", { exact: true }).waitFor();
  await examine(page, "sessions");
  await ask("write", sessionId, "first");

  step("to stop asks first, naming what is lost and what stays");
  await page.getByRole("button", { name: `More for ${studio.profile}` }).click();
  await page.getByRole("menuitem", { name: "Stop", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("What is not saved in them is lost").waitFor();
  await dialog.getByText("A backup of its files is made.").waitFor();
  await examine(page, "stop");
  await dialog.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByText("Stopped", { exact: true }).waitFor(READY);

  step("the server goes away, and the page goes on by itself when it is back");
  await ask("stop-server");
  await page.getByText("The server does not answer").first().waitFor(READY);
  await ask("start-server");
  await page.getByText("The server does not answer").first().waitFor({ state: "hidden", ...READY });
  await page.getByText("Stopped", { exact: true }).waitFor();

  step("the backup is there, proven, with its cause");
  await follow(page, "My backups");
  await page.getByText("The session was stopped").waitFor(READY);
  await page.getByText(/^Proven/).first().waitFor(READY);
  await examine(page, "backups");

  step("the session starts from it");
  await ask("overwrite", sessionId, "second");
  await page.getByRole("button", { name: /^More for the backup/ }).last().click();
  await page.getByRole("menuitem", { name: "Start the session from it" }).click();
  await page.getByRole("dialog").getByText("What changed since is put aside.").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Start from it" }).click();
  await page.getByText(/connection · \d+ ms/).waitFor(READY);
  check((await ask("content", sessionId)).trim() === "first", "The file is not as it was.");
});
