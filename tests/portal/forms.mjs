// An administrator's forms: a component, a launch profile with it, a member; a person with a key and a policy; what is refused.
import { ask, check, examine, flow, follow, signIn, step, studio } from "./browser.mjs";

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
  /** Among what the open dialog offers. */
  const chooseIn = async (option) => {
    await dialog().getByText("Choose", { exact: true }).click();
    await page.getByRole("option").filter({ hasText: option }).click();
    await page.keyboard.press("Escape");
  };
  const heading = (name) => page.getByRole("heading", { name, exact: true, level: 1 }).waitFor(SOON);

  /** What a dialog shows once, under that label. */
  const shown = (label) => dialog().locator(`[data-shown="${label}"]`).innerText();
  const shownKey = async () => {
    await dialog().getByText(/^AKIA/).waitFor(SOON);
    const key = [await shown("Access key id"), await shown("Secret access key")];
    await press("I have it");
    return key;
  };

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
  await chooseIn(studio.artist.userName);
  await press("Add", dialog());
  await page.getByRole("button", { name: `Take out ${studio.artist.userName}` }).waitFor(SOON);
  await examine(page, "profile");
  const theirs = await (await page.context().browser().newContext()).newPage();
  await theirs.goto(studio.endpoint);
  await signIn(theirs, studio.artist);
  await theirs.getByRole("button", { name: "Launch a desktop" }).first().click(SOON);
  await theirs.getByRole("menuitem", { name: "Lighting" }).waitFor(SOON);
  await theirs.context().close();

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
  const first = await shown("Password");
  await press("I have it");
  await heading("noa");
  await press("Create a key");
  await fill("name", "render script");
  await press("Create a key", dialog());
  const key = await shownKey();
  await page.getByText("render script").waitFor(SOON);
  await examine(page, "person");
  check((await ask("refusal-of-key", ...key)) === "AccessDeniedException", "The key signs nothing.");

  step("a key is put in the place of another, switched off and on again");
  await press(`Rotate ${key[0]}`);
  await dialog().getByText("The old key is switched off at once").waitFor();
  await press("Rotate", dialog());
  const other = await shownKey();
  check((await ask("refusal-of-key", ...key)) === "UnrecognizedClientException", "The old key still signs.");
  check((await ask("refusal-of-key", ...other)) === "AccessDeniedException", "The new key signs nothing.");
  await page.getByRole("button", { name: `Switch on ${key[0]}` }).waitFor(SOON);
  await press(`Switch off ${other[0]}`);
  await press("Switch off", dialog());
  await page.getByRole("button", { name: `Switch on ${other[0]}` }).waitFor(SOON);
  check((await ask("refusal-of-key", ...other)) === "UnrecognizedClientException", "A key that is switched off signs.");
  await press(`Switch on ${other[0]}`);
  await press("Switch on", dialog());
  await page.getByRole("button", { name: `Switch off ${other[0]}` }).waitFor(SOON);
  check((await ask("refusal-of-key", ...other)) === "AccessDeniedException", "A key that is switched on again signs nothing.");

  step("a new password takes the place of the old one");
  await press("New password");
  await dialog().getByText("The old password is no longer taken").waitFor();
  await press("New password", dialog());
  await page.getByText("Copy it now: it is shown this once").waitFor(SOON);
  const password = await shown("Password");
  await examine(page, "password-shown", { picture: false });
  await press("I have it");
  check(await ask("signs-in", "noa", password), "The new password is not taken.");
  check(!(await ask("signs-in", "noa", first)), "The old password is still taken.");

  step("somebody is shut out, and let in again");
  await press("Shut out");
  await dialog().getByText("sessions go on running, backups are kept").waitFor();
  await press("Shut out", dialog());
  await page.getByText("Is shut out").waitFor(SOON);
  check(!(await ask("signs-in", "noa", password)), "Who is shut out signs in.");
  check((await ask("refusal-of-key", ...other)) === "UnrecognizedClientException", "A key of who is shut out signs.");
  await press("Let in again");
  await press("Let in again", dialog());
  await page.getByText("Is let in").waitFor(SOON);
  check(await ask("signs-in", "noa", password), "Who is let in again cannot sign in.");

  step("the sign-in ends in the middle of a form, and the form is there afterwards with what was typed");
  await press("Create a key");
  await fill("name", "farm");
  await ask("end-sign-in");
  await page.keyboard.press("Enter");
  await page.getByText("Your sign-in has ended").waitFor(SOON);
  await page.getByLabel("Password").fill(studio.administrator.password);
  await page.getByLabel("Password").press("Enter");
  await page.getByText("Your sign-in has ended").waitFor({ state: "detached", ...SOON });
  check((await field("name").locator("input").inputValue()) === "farm", "What was typed is gone.");
  await press("Create a key", dialog());
  await shownKey();
  await page.getByRole("cell", { name: "farm", exact: true }).waitFor(SOON);

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
  await chooseIn("noa");
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

  step("by a group its people get what is attached to it, and lose it when they are taken out");
  await page.goto(`${studio.endpoint}/studio/policies/reviewers`);
  await press("Detach reviewers from noa");
  await press("Detach", dialog());
  await page.getByRole("button", { name: "Detach reviewers from noa" }).waitFor({ state: "hidden", ...SOON });
  check((await ask("refusal-of-key", ...other)) === "AccessDeniedException", "A policy that was detached still allows.");
  await follow(page, "Groups");
  await press("Create a group");
  await fill("groupName", "supervisors");
  await press("Create a group", dialog());
  await heading("supervisors");
  await press("Add people");
  await chooseIn("noa");
  await press("Add people", dialog());
  await page.getByRole("button", { name: "Take out noa: supervisors" }).waitFor(SOON);
  await press("Attach policies");
  await chooseIn("reviewers");
  await press("Attach", dialog());
  await page.getByRole("button", { name: "Detach reviewers from supervisors" }).waitFor(SOON);
  await examine(page, "group", { picture: false });
  check((await ask("user", "noa")).groups.includes("supervisors"), "Who was added is in no group.");
  check((await ask("refusal-of-key", ...other)) === "", "What is attached to a group does not decide for its people.");
  await press("Take out noa: supervisors");
  await press("Take out", dialog());
  await page.getByText("Nobody is in it yet.").waitFor(SOON);
  check((await ask("refusal-of-key", ...other)) === "AccessDeniedException", "Who was taken out has the group's rights.");

  step("tags are set, changed and taken away");
  await page.goto(`${studio.endpoint}${component}`);
  await press("Change tags");
  await press("Add a tag");
  await fill("tags.0.key", "Show");
  await fill("tags.0.value", "Dune");
  await press("Save tags");
  await page.getByText("Dune").waitFor(SOON);
  const arn = await page.getByText(/^arn:aws:nimble:.*studio-component/).first().innerText();
  check((await ask("tags", arn)).Show === "Dune", "The tag is not set.");
  await press("Change tags");
  await fill("tags.0.value", "Arrival");
  await press("Save tags");
  await page.getByText("Arrival").waitFor(SOON);
  check((await ask("tags", arn)).Show === "Arrival", "The tag is not changed.");
  await press("Change tags");
  await press("Remove Tags 1");
  await press("Save tags");
  await page.getByText("No tag.").waitFor(SOON);
  check(!("Show" in (await ask("tags", arn))), "The tag is not taken away.");

  step("an image is made of a system that was registered on the server");
  await follow(page, "Streaming images");
  await page.getByRole("link", { name: "Create streaming image" }).click();
  await heading("Create streaming image");
  await page.getByText("No root file system is registered yet").waitFor(SOON);
  await page.getByRole("button", { name: "How to register a root file system" }).click();
  await page.getByText(/^greenroom image add ami-0maya2024/).waitFor();
  const { sha256 } = await ask("register", "ami-0maya2024");
  await page.getByText("No root file system is registered yet").waitFor({ state: "hidden", ...SOON });
  await page.getByRole("button", { name: "How to register a root file system" }).click();
  await fill("ec2ImageId", "ami-0other");
  await page.keyboard.press("Escape");
  await page.getByText("ami-0other is not registered: sessions run the server's own system").waitFor();
  await fill("ec2ImageId", "ami-0");
  await page.getByRole("option").filter({ hasText: "ami-0maya2024" }).click();
  await page.getByText(`SHA-256 ${sha256}`).waitFor();
  await press("Create streaming image");
  await field("name").getByText("This is needed.").waitFor();
  await fill("name", "Maya 2024");
  await examine(page, "image-create", { picture: false });
  await press("Create streaming image");
  await heading("Maya 2024");
  await page.getByText("Ready", { exact: true }).first().waitFor(SOON);
  await page.getByText(`SHA-256 ${sha256}`).waitFor(SOON);
  await examine(page, "image", { picture: false });
  check((await ask("image", "Maya 2024")).ec2ImageId === "ami-0maya2024", "The image is of another system.");

  step("it is described anew");
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await heading("Edit Maya 2024");
  await fill("description", "Maya with Arnold");
  await press("Save changes");
  await page.getByText("Maya with Arnold").waitFor(SOON);
  const saved = await ask("image", "Maya 2024");
  check(saved.description === "Maya with Arnold" && saved.ec2ImageId === "ami-0maya2024", "The description is not saved.");

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
