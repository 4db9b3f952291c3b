// An administrator's forms: a component, a launch profile with it, a member; a person with a key and a policy; what is refused.
import { check, examine, flow, follow, signIn, step, studio } from "./browser.mjs";

const SOON = { timeout: 30_000 };

await flow(async (page) => {
  const field = (path) => page.locator(`[data-field="${path}"]`);
  const fill = (path, text) => field(path).locator("input, textarea").first().fill(text);
  const dialog = () => page.getByRole("dialog");
  const press = (name, where = page) => where.getByRole("button", { name, exact: true }).click();
  const choose = async (where, option) => {
    await where.getByRole("button").first().click();
    await page.getByRole("option").filter({ hasText: option }).first().click();
  };
  const chooseAmong = async (where, option) => {
    await choose(where, option);
    await page.keyboard.press("Escape");
  };
  const heading = (name) => page.getByRole("heading", { name, exact: true, level: 1 }).waitFor(SOON);

  step("what the server's description rules out is said at its field, without asking the server");
  await page.goto(`${studio.endpoint}/studio/components/create`);
  await signIn(page, studio.administrator);
  await heading("Create studio component");
  await fill("name", "Licences");
  await press("Add a parameter");
  await fill("scriptParameters.0.key", "1st");
  await fill("scriptParameters.0.value", "27000");
  await press("Add a script");
  await fill("initializationScripts.0.script", "#!/bin/sh\ntrue\n");
  await press("Create studio component");
  await field("scriptParameters.0.key").getByText(/^Has to match/).waitFor();
  const focused = await page.evaluate(() => document.activeElement?.closest("[data-field]")?.dataset.field);
  check(focused === "scriptParameters.0.key", `The keyboard is at ${focused}, not at the field that is wrong.`);
  await examine(page, "component-create");

  step("what only the server knows is said at its field in its words, and nothing typed is lost");
  await fill("scriptParameters.0.key", "PORT");
  await choose(field("subtype"), "Amazon FSx for Windows");
  await press("Create studio component");
  await field("subtype").getByText(/A studio component of type CUSTOM cannot be AMAZON_FSX_FOR_WINDOWS/).waitFor(SOON);
  check((await field("initializationScripts.0.script").locator("textarea").inputValue()).includes("true"), "The script is gone.");
  await choose(field("subtype"), "none");
  await press("Create studio component");
  await heading("Licences");
  await page.getByText("Ready", { exact: true }).waitFor(SOON);
  const component = new URL(page.url()).pathname;
  await examine(page, "component", { picture: false });

  step("what was typed is there again after another page was shown, and can be thrown away");
  await page.goto(`${studio.endpoint}${component}`);
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await heading("Edit Licences");
  await fill("description", "Port 27000");
  await follow(page, "Streaming images");
  await heading(/^Streaming images/);
  await page.goBack();
  await page.getByText("What you had typed is still here.").waitFor(SOON);
  check((await field("description").locator("textarea").inputValue()) === "Port 27000", "What was typed is gone.");
  await press("Save changes");
  await page.getByText("Port 27000").waitFor(SOON);

  step("a launch profile is made with the component");
  await follow(page, "Launch profiles");
  await page.getByRole("link", { name: "Create launch profile" }).click();
  await heading("Create launch profile");
  await fill("name", "Lighting");
  await fill("streamConfiguration.maxSessionLengthInMinutes", "99999");
  await press("Create launch profile");
  await field("streamConfiguration.maxSessionLengthInMinutes").getByText("Not more than 43200.").waitFor();
  await field("streamConfiguration.streamingImageIds").getByText("At least one is needed.").waitFor();
  await fill("streamConfiguration.maxSessionLengthInMinutes", "480");
  await chooseAmong(field("streamConfiguration.streamingImageIds"), studio.image);
  await chooseAmong(field("streamConfiguration.ec2InstanceTypes"), "g4dn.xlarge");
  await chooseAmong(field("studioComponentIds"), "Licences");
  await examine(page, "profile-create");
  await press("Create launch profile");
  await heading("Lighting");
  await page.getByText("Ready", { exact: true }).first().waitFor(SOON);

  step("a member is added, and sees it");
  await press("Add members");
  await dialog().getByText("Choose", { exact: true }).click();
  await page.getByRole("option").filter({ hasText: studio.artist.userName }).click();
  await page.keyboard.press("Escape");
  await press("Add", dialog());
  await page.getByRole("button", { name: `Take out ${studio.artist.userName}` }).waitFor(SOON);
  await examine(page, "profile");
  const other = await (await page.context().browser().newContext()).newPage();
  await other.goto(studio.endpoint);
  await signIn(other, studio.artist);
  await other.getByRole("button", { name: "Launch a desktop" }).first().click(SOON);
  await other.getByRole("menuitem", { name: "Lighting" }).waitFor(SOON);
  await other.context().close();

  step("to change a profile sends what was changed");
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await heading("Edit Lighting");
  await fill("description", "Maya and Arnold");
  await examine(page, "profile-edit", { picture: false });
  await press("Save changes");
  await page.getByText("Maya and Arnold").waitFor(SOON);

  step("what is in use is not deleted, and the server says what uses it");
  await page.goto(`${studio.endpoint}${component}`);
  await press("Delete");
  await dialog().getByText(/It is part of Lighting/).waitFor(SOON);
  await press("Delete", dialog());
  await dialog().getByText(/belongs to launch profiles: .*Take it out of them first/).waitFor(SOON);
  await examine(page, "component-in-use");
  await press("Cancel", dialog());

  step("a person is added, with a password and a key that are shown once");
  await follow(page, "People");
  await press("Add a person");
  await fill("userName", studio.artist.userName);
  await press("Add a person", dialog());
  await dialog().getByText(`There is a user ${studio.artist.userName} already.`).waitFor(SOON);
  await fill("userName", "noa");
  await press("Add a person", dialog());
  await page.getByText("Copy it now: it is shown this once").waitFor(SOON);
  await press("I have it");
  await heading("noa");
  await press("Create a key");
  await fill("name", "render script");
  await press("Create a key", dialog());
  await dialog().getByText(/^AKIA/).waitFor(SOON);
  await press("I have it");
  await page.getByText("render script").waitFor(SOON);
  await examine(page, "person");

  step("a policy that the server does not understand is not written");
  await page.goto(`${studio.endpoint}/studio/policies/create`);
  await heading("Write a policy");
  await fill("policyName", "reviewers");
  const statement = { Effect: "Permit", Action: "nimble:GetStudio", Resource: "*" };
  await fill("document", JSON.stringify({ Version: "2012-10-17", Statement: [statement] }));
  await press("Write a policy");
  await field("document").getByText(/Effect/).last().waitFor(SOON);
  await examine(page, "policy-create", { picture: false });
  await fill("document", JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, Sid: "See", Effect: "Allow" }] }));
  await press("Write a policy");
  await heading("reviewers");

  step("it is attached, and the simulator says which statement decides");
  await page.goto(`${studio.endpoint}/studio/simulator?user=noa&action=nimble:GetStudio`);
  await page.getByText("Denied: no statement allows it").waitFor(SOON);
  await page.goto(`${studio.endpoint}/studio/policies/reviewers`);
  await press("Attach");
  await dialog().getByText("Choose", { exact: true }).click();
  await page.getByRole("option").filter({ hasText: "noa" }).click();
  await page.keyboard.press("Escape");
  await press("Attach", dialog());
  await page.getByRole("button", { name: "Detach reviewers from noa" }).waitFor(SOON);
  await examine(page, "policy", { picture: false });
  await follow(page, "Policy simulator");
  await heading("Policy simulator");
  await fill("userName", "noa");
  await fill("action", "nimble:GetStudio");
  await page.keyboard.press("Escape");
  await press("Simulate");
  await page.getByText("Allowed", { exact: true }).waitFor(SOON);
  await page.getByRole("row").filter({ hasText: "reviewers/See" }).getByText("its own: it applies").waitFor();
  await examine(page, "simulator");

  step("a role takes a trust policy");
  await page.goto(`${studio.endpoint}/studio/roles/create`);
  await heading("Create a role");
  await fill("roleName", "farm");
  await press("Create a role");
  await heading("farm");
  await examine(page, "role", { picture: false });

  step("EULAs are accepted for the studio");
  await follow(page, "EULAs");
  await heading(/^EULAs/);
  await page.getByRole("button", { name: /^Accept / }).first().click();
  await dialog().getByText("This binds the studio").waitFor();
  await press("Accept", dialog());
  await page.getByText(/by admin$/).first().waitFor(SOON);
  await examine(page, "eulas", { picture: false });

  for (const [name, title] of [
    ["Streaming images", /^Streaming images/],
    ["Members", /^Members/],
    ["Groups", /^Groups/],
  ]) {
    step(`nothing is wrong with the page ${name}`);
    await follow(page, name);
    await heading(title);
    await examine(page, name.toLowerCase().replace(" ", "-"), { picture: false });
  }
});
