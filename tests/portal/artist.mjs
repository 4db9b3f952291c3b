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
  await page.getByText(/connection · \d+ ms .* frames\/s · .* Mbit\/s/).waitFor(READY);
  const sessionId = /sessions\/([^/]+)\/desktop/.exec(page.url())[1];
  await examine(page, "desktop", { picture: false });

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
  await page.getByRole("button", { name: /^More for the backup/ }).nth(1).waitFor(READY);
  await page.getByRole("button", { name: /^More for the backup/ }).last().click();
  await page.getByRole("menuitem", { name: "Start the session from it" }).click();
  await page.getByRole("dialog").getByText("What changed since is put aside.").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Start from it" }).click();
  await page.getByText(/connection · \d+ ms .* frames\/s · .* Mbit\/s/).waitFor(READY);
  check((await ask("content", sessionId)).trim() === "first", "The file is not as it was.");

  step("a file is found by its name, in the backups that have it");
  await page.goto(`${studio.endpoint}/backups`);
  await page.getByRole("link", { name: "Find a file in all backups" }).click();
  await page.getByLabel("Name of a file").fill("shot");
  await page.getByRole("button", { name: "Find", exact: true }).click();
  await page.getByRole("rowheader", { name: "shot.txt" }).first().waitFor(READY);
  await examine(page, "search");

  step("it comes back into the running session, beside the one of today");
  await page.getByRole("link", { name: /^The backup of/ }).last().click();
  await page.getByRole("checkbox", { name: "Choose shot.txt" }).check();
  await page.getByRole("button", { name: "Bring 1 back" }).click();
  const asked = page.getByRole("dialog");
  await asked.getByText("Nothing is lost.").waitFor();
  await asked.getByRole("button", { name: "Bring them back" }).click();
  await page.getByText("The files are back in the session").waitFor(READY);
  await page.getByText(/^shot\.txt is now /).waitFor();
  await page.reload();
  await page.getByText("The files are back in the session").waitFor(READY);
  await examine(page, "backup");

  step("what changed since the backup is told");
  await page.getByRole("link", { name: "What changed since?" }).click();
  await page.getByText("Added", { exact: true }).first().waitFor(READY);
  await examine(page, "compare");

  step("hours are checked as the server does, and kept");
  await follow(page, "Schedules");
  await page.getByRole("button", { name: `Set hours of ${studio.profile}` }).click();
  const hours = page.getByRole("dialog");
  await hours.getByLabel("Stop at").fill("25:00");
  await hours.getByRole("button", { name: "Save" }).click();
  check((await hours.getByLabel("Stop at").getAttribute("aria-invalid")) === "true", "25:00 was taken for an hour.");
  await hours.getByLabel("Start at").fill("08:30");
  await hours.getByLabel("Stop at").fill("19:00");
  await hours.getByRole("button", { name: "Save" }).click();
  await page.getByText("starts 08:30, stops 19:00").waitFor();
  await examine(page, "schedules");

  step("a password is changed by who knows it");
  await page.goto(`${studio.endpoint}/account`);
  const fill = async (now) => {
    await page.getByLabel("Password now").fill(now);
    await page.getByLabel("New password", { exact: true }).fill("quiet amber lantern");
    await page.getByLabel("New password, once more").fill("quiet amber lantern");
    await page.getByRole("button", { name: "Change it" }).click();
  };
  await fill("wrong");
  await page.getByText("The password now is another one.").waitFor();
  await examine(page, "account", { picture: false });
  await fill(studio.artist.password);
  await page.getByText("Your password is changed").waitFor();
});
