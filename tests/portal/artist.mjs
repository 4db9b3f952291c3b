// An artist's day: sign in, launch, stop, find the backup, go back to it; with the server gone in between.
import { ask, check, chooseByKeys, examine, flow, follow, step, studio, tabTo } from "./browser.mjs";

const READY = { timeout: 60_000 };

await flow(async (page) => {
  step("a wrong password is refused in words");
  await page.goto(`${studio.endpoint}/backups`);
  await page.getByLabel("User name").waitFor();
  await examine(page, "sign-in");
  await page.keyboard.type(studio.artist.userName);
  await page.keyboard.press("Tab");
  await page.keyboard.type("wrong");
  await page.keyboard.press("Enter");
  await page.getByText("User name or password is wrong").waitFor();

  step("the right one, typed over it, leads to the page that was asked for");
  await page.keyboard.type(studio.artist.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "You have no backup yet" }).waitFor();
  await examine(page, "backups-empty", { picture: false });

  step("an empty list of sessions teaches, and launching is two presses of a key once the keyboard is there");
  await tabTo(page, page.getByRole("link", { name: "My sessions", exact: true }));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "You have no session" }).waitFor();
  await examine(page, "sessions-empty", { picture: false });
  await tabTo(page, page.getByRole("button", { name: "Launch a desktop" }).first());
  await chooseByKeys(page, studio.profile);
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

  step("the backup is there, proven, with its cause");
  await follow(page, "My backups");
  await page.getByText("The session was stopped").waitFor(READY);
  await page.getByText(/^Proven/).first().waitFor(READY);
  await examine(page, "backups");

  step("a dialog holds the keyboard, and gives it back");
  await ask("overwrite", sessionId, "second");
  await page.getByRole("button", { name: /^More for the backup/ }).nth(1).waitFor(READY);
  const oldest = page.getByRole("button", { name: /^More for the backup/ }).last();
  await tabTo(page, oldest);
  await chooseByKeys(page, "Start the session from it");
  const from = page.getByRole("dialog");
  await from.getByText("What changed since is put aside.").waitFor();
  const held = () => from.evaluate((each) => each.contains(document.activeElement));
  for (let presses = 0; presses < 8; presses += 1) {
    check(await held(), "The keyboard is not in the dialog that asks.");
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Escape");
  await from.waitFor({ state: "hidden" });
  check(await oldest.evaluate((each) => each === document.activeElement), "The dialog did not give the keyboard back.");

  step("the session starts from the backup");
  await chooseByKeys(page, "Start the session from it");
  await tabTo(page, from.getByRole("button", { name: "Start from it" }));
  await page.keyboard.press("Enter");
  await page.getByText(/connection · \d+ ms .* frames\/s · .* Mbit\/s/).waitFor(READY);
  check((await ask("content", sessionId)).trim() === "first", "The file is not as it was.");

  step("that is undone: the files from before are back");
  await page.goto(`${studio.endpoint}/sessions/${sessionId}`);
  await page.getByText("Stop the session to undo it.").waitFor();
  check(await page.getByRole("button", { name: "Undo the restore" }).isDisabled(), "A restore is undone while the session runs.");
  await page.getByRole("button", { name: `More for ${studio.profile}` }).click();
  await page.getByRole("menuitem", { name: "Stop", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByText("Stopped", { exact: true }).waitFor(READY);
  await page.getByRole("button", { name: "Undo the restore" }).click();
  await page.getByRole("dialog").getByText("those from before the restore come back").waitFor();
  await examine(page, "undo");
  await page.getByRole("dialog").getByRole("button", { name: "Undo", exact: true }).click();
  await page.getByText("The files from before the restore are back").waitFor(READY);
  await page.getByRole("button", { name: `Start ${studio.profile}` }).click();
  await page.getByText("Running", { exact: true }).waitFor(READY);
  check((await ask("content", sessionId)).trim() === "second", "The restore is not undone.");
  await page.getByText("Before a restore that was undone").waitFor(READY);
  await examine(page, "session", { picture: false });

  step("a file is found by its name, in the backups that have it");
  await page.goto(`${studio.endpoint}/backups`);
  await page.getByRole("link", { name: "Find a file in all backups" }).click();
  await page.getByLabel("Name of a file").fill("shot");
  await page.getByRole("button", { name: "Find", exact: true }).click();
  await page.getByRole("rowheader", { name: "shot.txt" }).first().waitFor(READY);
  await examine(page, "search");

  step("the sign-in ends in the middle of work: it is asked for above the page, which is as it was afterwards");
  await page.getByRole("link", { name: /^The backup of/ }).last().click();
  await page.getByRole("checkbox", { name: "Choose shot.txt" }).check();
  await page.getByRole("button", { name: "Bring 1 back" }).click();
  const asked = page.getByRole("dialog").filter({ hasText: "Bring 1 file or folder back?" });
  await asked.getByText("Nothing is lost.").waitFor();
  await ask("end-sign-in");
  await page.getByText("Your sign-in has ended").waitFor(READY);
  check((await page.getByLabel("User name").inputValue()) === studio.artist.userName, "The person's name is forgotten.");
  await examine(page, "sign-in-again", { picture: false });
  for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press("Escape");
  const above = await page.evaluate(() => document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest("dialog") !== null);
  check(above, "The page can be read although nobody is signed in.");
  await page.getByLabel("Password").focus();
  await page.keyboard.type(studio.artist.password);
  await page.keyboard.press("Enter");
  await page.getByText("Your sign-in has ended").waitFor({ state: "detached" });
  await asked.getByText("Nothing is lost.").waitFor();

  step("files on their way back are so still when the server was away and the page is loaded anew");
  await ask("take-vault");
  await asked.getByRole("button", { name: "Bring them back" }).click();
  await page.getByText(/It is tried again/).waitFor(READY);
  await ask("stop-server");
  await page.getByText("The server does not answer").first().waitFor(READY);
  await ask("start-server");
  await page.getByText("The server does not answer").first().waitFor({ state: "hidden", ...READY });
  await page.reload();
  await page.getByText("Files on their way back into the session").first().waitFor(READY);
  await page.getByText(/It is tried again/).waitFor(READY);
  await examine(page, "on-their-way", { picture: false });

  step("they arrive in the running session, beside the ones of today");
  await ask("bring-vault");
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
  await hours.getByLabel("Stop at").and(page.locator('[aria-invalid="true"]')).waitFor();
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
