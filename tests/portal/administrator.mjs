// Who looks after a studio: everybody's sessions and backups, what the studio has, the audit, and a vault that goes away.
import { ask, check, examine, flow, follow, inside, signIn, step, studio } from "./browser.mjs";

const READY = { timeout: 60_000 };
const PAGES = [
  ["Launch profiles", "Workstation-Default"],
  ["Studio components", "Workstation"],
  ["Streaming images", "Linux"],
  ["EULAs", "BlenderFoundation-Blender"],
  ["People", "mia"],
  ["Members", "admin"],
  ["Policies", "GreenroomAdministrator"],
  ["Audit log", "ListPolicies"],
  ["Settings", "GREENROOM_ENGINE"],
  ["Health checks", "vault: restic"],
];

/** Nothing of axe's where the same page is dark; colours are all that is another then. */
async function examineBoth(page, name, options) {
  await examine(page, name, options);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForFunction(() => document.documentElement.style.colorScheme === "dark");
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { runOnly: ["color-contrast"] });
    return violations.flatMap(({ nodes }) => nodes.map(({ html }) => html.slice(0, 200)));
  });
  check(found.length === 0, `Too little contrast on ${name} when it is dark: ${found.join(" | ")}`);
  await page.emulateMedia({ colorScheme: "light" });
}

/** Pages that are the administrators' own, by their address. */
const REFUSED = [
  "/studio/sessions", "/studio/backups", "/studio/people", "/studio/people/mia", "/studio/groups", "/studio/policies", "/studio/policies/GreenroomAdministrator", "/studio/roles", "/studio/settings", "/studio/health",
];

const said = (page) => page.locator("main").innerText();
const row = (page, text) => page.getByRole("row").filter({ hasText: text });

await flow(async (page) => {
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });

  step("an artist is told plainly that a page is not theirs, and is led to none");
  await page.goto(`${studio.endpoint}/studio`);
  await signIn(page, studio.artist);
  await page.getByText("This page is for the studio's administrators").waitFor();
  check((await page.getByRole("link", { name: "Audit log" }).count()) === 0, "An artist is led to the audit log.");
  await examine(page, "studio-forbidden", { picture: false });
  await page.goto(`${studio.endpoint}/studio/audit`);
  await page.getByText("This page is for the studio's administrators").waitFor();
  for (const path of REFUSED) {
    await inside(page, path);
    await page.getByText("This page is for the studio's administrators").waitFor();
    check(!/\bada\b/.test(await said(page)), `An artist is told of others on ${path}.`);
  }

  await inside(page, "/studio/members");
  await page.getByText("You can look at this. Changes are for the studio's administrators").waitFor();

  step("another's session, desktop and backup are refused as if they were not there");
  const { session, backup, user } = studio.others;
  for (const [path, title] of [
    [`/sessions/${session}`, "This session cannot be shown"],
    [`/sessions/${session}/desktop`, "This desktop cannot be shown"],
    [`/backups/${backup}`, "This backup cannot be shown"],
    [`/backups/${backup}/compare`, "This backup cannot be shown"],
  ]) {
    await inside(page, path);
    await page.getByRole("heading", { name: title, level: 1 }).waitFor();
    await page.getByText("You may not do this here, or it is not there.").waitFor();
    await page.getByText(/^Request id/).waitFor();
    await page.getByRole("link", { name: /^Go to My / }).waitFor();
    const told = await said(page);
    check(!told.includes(user) && !told.includes(studio.profile), `An artist is told of another's work on ${path}: ${told}`);
  }
  await page.goto(`${studio.endpoint}/backups/${backup}`);
  await page.getByRole("heading", { name: "This backup cannot be shown", level: 1 }).waitFor();
  await examine(page, "refused", { picture: false });

  step("a backup that failed says what happened, what that means, and what to do");
  await follow(page, "My backups");
  await page.getByText("This backup failed").waitFor();
  await page.getByText(/^The session was stopped, \d+ \w+ \d{4}, [\d:]+\.$/).waitFor();
  await page.getByText(/^The snapshot of the backup .* is no longer on the storage/).waitFor();
  await page.getByText("Your session's files are untouched, and so are its other backups.").waitFor();
  await page.getByText(/^Backup id/).filter({ hasText: studio.failed }).waitFor();
  await examine(page, "backup-failed");
  await page.goto(`${studio.endpoint}/backups/${studio.failed}`);
  await page.getByText("This backup failed").waitFor();
  await page.getByText(/Make another one: start the session if it is stopped/).waitFor();

  step("doing as it says makes another one");
  await follow(page, "My sessions");
  await page.getByRole("button", { name: /^More for/ }).click();
  await page.getByRole("menuitem", { name: "Back up now" }).click();
  await page.getByText(/^A backup of .* is being made$/).waitFor();
  await follow(page, "My backups");
  await page.getByText(/^Proven/).first().waitFor(READY);
  await page.getByRole("button", { name: "noa: account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByLabel("User name").waitFor();

  step("an administrator sees that all is well");
  await page.goto(`${studio.endpoint}/studio`);
  await signIn(page, studio.administrator);
  await page.getByText("The vault takes what it is given").waitFor();
  await page.getByText("Nobody's: every session that is to have a backup has one.").waitFor();

  step("of a session that is shown in two browsers, one stream is ended");
  await inside(page, `/sessions/${session}`);
  const streams = page.getByRole("list", { name: "Who sees this desktop" }).getByRole("listitem");
  await streams.nth(1).waitFor();
  await streams.first().getByRole("button", { name: /^End stream: You, / }).click();
  await page.getByRole("dialog").getByText("The session runs on, and so do its other streams.").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "End stream" }).click();
  await page.getByText("The stream is ended", { exact: true }).waitFor();
  await page.waitForFunction(() => document.querySelectorAll(".streams > li").length === 1);
  check((await ask("streams", session)) === 1, "The stream is not ended.");
  await examine(page, "session-streams", { picture: false });

  step("filters, order and columns are in the address, and there again when the page is loaded anew");
  await follow(page, "Sessions");
  await row(page, "ada").waitFor();
  await page.getByRole("searchbox").fill("mia");
  await page.waitForURL(/find=mia/);
  await page.getByRole("button", { name: "State All" }).click();
  await page.getByRole("option", { name: "Running", exact: true }).click();
  await page.waitForURL(/state=READY/);
  await page.goto(`${page.url()}&sort=-owner&columns=owner,profile,id`);
  await row(page, "mia").waitFor();
  check((await page.getByRole("searchbox").inputValue()) === "mia", "What was typed is forgotten.");
  check((await row(page, "ada").count()) === 0, "What the filter excludes is shown.");
  await page.getByRole("columnheader", { name: "Session id" }).waitFor();
  check((await page.getByRole("columnheader", { name: "Machine" }).count()) === 0, "A column is shown that was not chosen.");
  await page.getByRole("button", { name: "Clear filters and order" }).click();
  await row(page, "ada").waitFor();
  await follow(page, "Sessions");
  await page.getByRole("columnheader", { name: "Machine" }).waitFor();
  await examineBoth(page, "studio-sessions");

  step("the session of somebody else is stopped, while the vault is away");
  await ask("take-vault");
  await row(page, "mia").getByRole("button", { name: /^More for/ }).click();
  await page.getByRole("menuitem", { name: "Stop", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Stop", exact: true }).click();
  await row(page, "mia").getByText("Stopped", { exact: true }).waitFor(READY);
  await ask("wait-for-trouble");

  step("the overview says whose work is not safe, and why");
  await follow(page, "Overview");
  await page.getByText(/The vault cannot be reached/).first().waitFor(READY);
  await row(page, "Its backup waits").getByRole("link", { name: /of mia$/ }).waitFor(READY);
  await examineBoth(page, "studio-overview-trouble", { picture: false });

  step("the backup is found among those that fail, and is well again when the vault is back");
  await page.goto(`${studio.endpoint}/studio/backups?state=failing`);
  await row(page, "mia").getByText(/Being made/).waitFor();
  await row(page, "noa").getByText(/^The snapshot of the backup .* is no longer on the storage/).waitFor();
  const last = await page.getByRole("columnheader", { name: "Launch profile" }).boundingBox();
  check(last !== null && last.x + last.width <= page.viewportSize().width, "A long reason pushes the columns behind it out of sight.");
  await ask("bring-vault");
  await page.getByRole("button", { name: "Clear filters and order" }).click();
  await row(page, "mia").getByText("Ready", { exact: true }).waitFor(READY);
  await examineBoth(page, "studio-backups");
  await follow(page, "Overview");
  await page.getByText("The vault takes what it is given").waitFor(READY);
  await page.setViewportSize({ width: 1280, height: 1400 });
  await examineBoth(page, "studio-overview");
  await page.setViewportSize({ width: 1280, height: 800 });

  for (const [name, content] of PAGES) {
    step(`the page ${name}`);
    await follow(page, name);
    await page.getByRole("heading", { name, level: 1 }).waitFor();
    if (name === "Settings") await page.getByRole("searchbox").fill("engine");
    await page.getByRole("table").getByText(content).first().waitFor(READY);
    await examineBoth(page, `studio-${name.toLowerCase().replace(" ", "-")}`, { picture: name === "Audit log" });
  }

  step("a call is told with all that is written down of it");
  await follow(page, "Audit log");
  await page.getByRole("searchbox", { name: "Find: Operation" }).fill("StopStreaming");
  await page.waitForURL(/event=StopStreaming/);
  await row(page, "StopStreamingSession").getByRole("button", { name: /^Details of/ }).first().click();
  await page.getByRole("dialog").getByText(/"eventName": "StopStreamingSession"/).waitFor();
  await page.getByRole("dialog").getByText(/GreenroomAdministrator\/Everything/).waitFor();
});
