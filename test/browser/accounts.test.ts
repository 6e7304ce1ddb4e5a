/** Members in Chromium: the first run, passkeys, invitations and roles, the identity provider. A server without agents. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { startIdentityProvider } from "../../signaling/test/identity-provider.ts";
import { Installation } from "../../signaling/test/installation.ts";
import { keepOnFailure, launchBrowser, logPage } from "../harness/browser.ts";
import { confirm } from "../harness/visit.ts";
import { addAuthenticator } from "./accounts/authenticator.ts";

const password = "four words in a row";
let browser: Browser;
let installation: Installation;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  installation = await Installation.start({ rateLimits: { signIn: 1_000 } });
});
afterEach(() => installation.end());

/** A browser of its own. */
async function newPage(name: string): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: "reduce" });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const log = logPage(page);
  keepOnFailure(`accounts-${name}`, page, { console: () => log.lines, server: () => installation.logLines });
  return page;
}

const servers = (page: Page) => page.getByRole("heading", { name: "Connect your first server" });
const signOut = async (page: Page) => {
  await page.getByRole("button", { name: /^Account: / }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to Culvert" }).waitFor();
};

/** The owner in a browser, set up with a password. */
async function owner(): Promise<Page> {
  const page = await newPage("owner");
  await page.goto((await installation.server.createSignInLink()).url);
  await page.getByRole("heading", { name: "Welcome to Culvert" }).waitFor();
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("Email").fill("ada@example.org");
  await page.getByRole("button", { name: "Use a password instead" }).click();
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Set password" }).click();
  await servers(page).waitFor();
  return page;
}

async function signInByPassword(page: Page, email: string, typed: string): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(typed);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

describe("the first run", () => {
  test("asks for a name, an email and a password, and lets in with them from then on", async () => {
    const page = await owner();
    await signOut(page);
    await signInByPassword(page, "ada@example.org", password);
    await servers(page).waitFor();
    await page.getByRole("button", { name: "Account: ada@example.org" }).waitFor();
  });

  test("can wait: Later goes on, and the account says what is missing", async () => {
    const page = await newPage("later");
    await page.goto((await installation.server.createSignInLink()).url);
    await page.getByRole("button", { name: "Later" }).click();
    await servers(page).waitFor();
    await page.goto(installation.server.dashboardOrigin);
    await servers(page).waitFor();
    await page.getByRole("button", { name: /^Account: / }).click();
    await page.getByText("Choose how you sign in").waitFor();
  });

  test("says why a password is not taken, and loses nothing that was typed", async () => {
    const page = await newPage("short");
    await page.goto((await installation.server.createSignInLink()).url);
    await page.getByLabel("Name").fill("Ada");
    await page.getByLabel("Email").fill("ada@example.org");
    await page.getByRole("button", { name: "Use a password instead" }).click();
    await page.getByRole("textbox", { name: "Password" }).evaluate((field) => field.removeAttribute("minlength"));
    await page.getByRole("textbox", { name: "Password" }).fill("short");
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByText("A password needs 12 characters or more.").waitFor();
    expect(await page.getByLabel("Name").inputValue()).toBe("Ada");
  });
});

describe("passkeys", () => {
  test("are made at the first run, named, sign in, and the last way in stays", async () => {
    const page = await newPage("passkey");
    const authenticator = await addAuthenticator(page);
    await page.goto((await installation.server.createSignInLink()).url);
    await page.getByLabel("Name").fill("Ada Lovelace");
    await page.getByLabel("Email").fill("ada@example.org");
    await page.getByRole("button", { name: "Create a passkey" }).click();
    await servers(page).waitFor();
    expect(await authenticator.count()).toBe(1);

    await page.goto(`${installation.server.dashboardOrigin}/account`);
    const passkeys = page.getByRole("list", { name: "Passkeys" });
    await passkeys.getByText("Chrome on Linux").waitFor();
    await page.getByRole("button", { name: "Rename the passkey Chrome on Linux" }).click();
    await page.getByLabel("Name of the passkey Chrome on Linux").fill("Laptop's finger");
    await page.getByRole("button", { name: "Save", exact: true }).last().click();
    await passkeys.getByText("Laptop's finger").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await passkeys.getByText("Chrome on Linux").waitFor();
    await page.getByRole("button", { name: "Remove the passkey Chrome on Linux" }).click();
    await confirm(page, "Remove");
    await page.getByText("This passkey is your only way to sign in.").waitFor();
    await page.getByRole("button", { name: "Keep", exact: true }).click();

    await authenticator.recognise(false);
    await signOut(page);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByText("No passkey was used").waitFor();
    await authenticator.recognise(true);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("button", { name: "Account: ada@example.org" }).waitFor();
  });

  test("that were removed sign nobody in, and the page says so", async () => {
    const page = await owner();
    await addAuthenticator(page);
    await page.goto(`${installation.server.dashboardOrigin}/account`);
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByRole("button", { name: "Remove the passkey Chrome on Linux" }).click();
    await confirm(page, "Remove");
    await page.getByText("You have none yet.").waitFor();
    await signOut(page);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByText("This passkey is not known here").waitFor();
  });
});

describe("an invitation", () => {
  test("makes a member of its role, who sees what the role forbids in words", async () => {
    const page = await owner();
    await page.getByRole("link", { name: "Members" }).click();
    await page.getByRole("button", { name: "Invite" }).click();
    await page.getByRole("radio", { name: /^Auditor/ }).check();
    await page.getByLabel("For whom").fill("Grace");
    await page.getByRole("button", { name: "Make the link" }).click();
    const link = await page
      .getByRole("dialog")
      .getByText(/\/join#code=/)
      .innerText();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("list", { name: "Open invitations" }).getByText("Grace").waitFor();

    const grace = await newPage("grace");
    await grace.goto(link);
    await grace.getByText("ada@example.org invites you as an auditor.").waitFor();
    expect(grace.url()).toBe(`${installation.server.dashboardOrigin}/join`);
    await grace.getByLabel("Name").fill("Grace Hopper");
    await grace.getByLabel("Email").fill("grace@example.org");
    await grace.getByRole("button", { name: "Join" }).click();
    await grace.getByRole("heading", { name: "Welcome to Culvert" }).waitFor();
    await grace.getByRole("button", { name: "Use a password instead" }).click();
    await grace.getByRole("textbox", { name: "Password" }).fill(password);
    await grace.getByRole("button", { name: "Set password" }).click();
    await grace.getByText("Only owners add servers; you are an auditor here.").waitFor();
    expect(await grace.getByRole("button", { name: "Add server" }).isDisabled()).toBe(true);
    await grace.getByRole("link", { name: "Members" }).click();
    await grace.getByText("Only owners invite, change roles and remove members").waitFor();
    expect(await grace.getByRole("button", { name: "Invite" }).isDisabled()).toBe(true);
    expect(await grace.getByRole("button", { name: /^Remove/ }).count()).toBe(0);

    const second = await newPage("second");
    await second.goto(link);
    await second.getByText("This invitation was used before", { exact: true }).waitFor();

    await page.reload();
    const role = page.getByRole("combobox", { name: "Role of Grace Hopper" });
    await role.selectOption("Owner");
    await page.getByText("Grace Hopper is an owner now.").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("Grace Hopper is an auditor now.").waitFor();
    expect(await role.inputValue()).toBe("auditor");
    await role.selectOption("Operator");
    await grace.goto(installation.server.dashboardOrigin);
    await grace.getByRole("heading", { name: "Sign in to Culvert" }).waitFor();
    await signInByPassword(grace, "grace@example.org", password);
    await grace.getByText("Only owners add servers; you are an operator here.").waitFor();
    expect(await grace.getByRole("link", { name: "Activity" }).count()).toBe(0);

    await page.getByRole("link", { name: "Activity" }).click();
    const activity = page.getByRole("list", { name: "Activity" });
    await activity.getByText("joined as auditor").waitFor();
    await page.getByLabel("Search the activity").fill("grace");
    await activity.getByText("invited Grace as auditor").waitFor();
    await page.getByText(/^Whole: \d+ events in one hash chain/).waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export" }).click();
    expect((await download).suggestedFilename()).toBe("culvert-audit.jsonl");
  });

  test("that was taken back says so", async () => {
    const page = await owner();
    await page.goto(`${installation.server.dashboardOrigin}/members`);
    await page.getByRole("button", { name: "Invite" }).click();
    await page.getByRole("button", { name: "Make the link" }).click();
    const link = await page
      .getByRole("dialog")
      .getByText(/\/join#code=/)
      .innerText();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "Take back the invitation of somebody" }).click();
    await confirm(page, "Take back");
    await page.getByRole("heading", { name: "Open invitations" }).waitFor({ state: "detached" });
    const stranger = await newPage("stranger");
    await stranger.goto(link);
    await stranger.getByText("This invitation was taken back", { exact: true }).waitFor();
  });
});

test("the identity provider signs a member in, and what it refuses comes back in words", async () => {
  const people = [
    { sub: "ada-1", email: "ada@example.org", emailVerified: true, name: "Ada" },
    { sub: "bob-1", email: "bob@example.org", emailVerified: true, name: "Bob" },
  ];
  const provider = await startIdentityProvider({ people });
  onTestFinished(() => provider.close());
  const { issuer, clientId, clientSecret } = provider;
  const withProvider = await Installation.start({
    ownerEmail: "ada@example.org",
    identityProvider: { issuer, clientId, clientSecret, name: "Example" },
  });
  onTestFinished(() => withProvider.end());
  provider.allow(withProvider.server.dashboardOrigin);
  const page = await newPage("provider");
  await page.goto(`${withProvider.server.dashboardOrigin}/members`);
  await page.getByRole("button", { name: "Sign in with Example" }).click();
  await page.getByRole("link", { name: "Continue as Ada" }).click();
  // Back to where she wanted to go.
  await page.getByRole("heading", { name: "Members" }).waitFor();
  await signOut(page);

  const bob = await newPage("provider-refused");
  await bob.goto(withProvider.server.dashboardOrigin);
  await bob.getByRole("button", { name: "Sign in with Example" }).click();
  await bob.getByRole("link", { name: "Continue as Bob" }).click();
  await bob.getByText("The identity provider knows you, but you are not a member here.").waitFor();
  expect(bob.url()).toBe(`${withProvider.server.dashboardOrigin}/sign-in`);
});

test("too many tries are told in words, with how long to wait", async () => {
  await owner();
  const page = await newPage("guesser");
  await page.goto(`${installation.server.dashboardOrigin}/sign-in`);
  const said = page.getByRole("alert");
  for (let count = 0; count < 4; count += 1) {
    const answered = page.waitForResponse(/sign-in\/email/);
    await signInByPassword(page, "ada@example.org", `wrong wrong wrong ${count}`);
    await answered;
  }
  await said.getByText("Too many tries", { exact: true }).waitFor();
  await page.getByText(/There were too many tries from your address\. Wait \d+ s and try again\./).waitFor();
});
