/** Terminals through the App View: what breaks below them while they write costs no line, no key and no screen. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { afterEach, test as anyTest, beforeEach, expect } from "vitest";
import { hasTmux, tmux } from "../../terminal/src/testing/tmux.ts";
import { keepOnFailure, logPage } from "../harness/browser.ts";
import { closePeerConnections } from "../harness/peer-connections.ts";
import {
  screenText,
  startSession,
  startTerminalStage,
  type TerminalStage,
  untilLive,
} from "../harness/terminal-stage.ts";
import { appFrame } from "../harness/visit.ts";

const test = anyTest.skipIf(!hasTmux());
const id = "culvert__notes__primary";
const lines = 200_000;
const pollMs = 60_000;
/** `seq 1 200000` in parts: each begins when its file is there, so that something can break while it is written. */
const parts = [60_000, 120_000, 180_000, lines];
const script = parts
  .map((last, index) => {
    const first = (parts[index - 1] ?? 0) + 1;
    return `until [ -e go-${first} ]; do sleep 0.1; done; seq ${first} ${last}\n`;
  })
  .join("");

let stage: TerminalStage;

beforeEach(async ({ task }) => {
  stage = await startTerminalStage();
  const log = logPage(stage.page);
  keepOnFailure(`terminal-${task.name}`, stage.page, { console: () => log.lines, ...stage.culvert.logs });
});
afterEach(() => stage?.stop());

/** Lets the part begin that this line is the first of. */
const begin = (first: number) => writeFileSync(join(stage.workFolder, `go-${first}`), "");
const shows = (frame: Frame, line: string) =>
  expect.poll(async () => (await screenText(frame)).split("\n").includes(line), { timeout: pollMs }).toBe(true);

test("the page, the network and the agent end in turn while it writes: every line once, and the exact screen", async () => {
  const { page, culvert } = stage;
  let frame = await stage.open();
  await startSession(frame, "notes", stage.workFolder);
  writeFileSync(join(stage.workFolder, "lines.sh"), `touch begun; ${script}echo all-done\n`);
  await page.keyboard.type("sh lines.sh\n");
  await expect.poll(() => existsSync(join(stage.workFolder, "begun")), { timeout: pollMs }).toBe(true);

  begin(1);
  await page.reload();
  frame = await appFrame(page);
  await untilLive(frame);
  await shows(frame, "60000");

  begin(60_001);
  culvert.recorder.cut();
  await closePeerConnections(page);
  await shows(frame, "120000");

  begin(120_001);
  await culvert.killAgent();
  begin(180_001);
  // It writes on while no agent runs.
  await expect.poll(() => stage.transcript(id).includes("\nall-done\r\n"), { timeout: pollMs }).toBe(true);
  await culvert.startAgent();
  await untilLive(frame);
  await shows(frame, "all-done");

  const written = stage
    .transcript(id)
    .match(/^\d+(?=\r$)/gm)
    ?.map(Number);
  expect(written).toEqual(Array.from({ length: lines }, (_, index) => index + 1));
  const shown = await screenText(frame);
  const kept = tmux(stage.tmuxSocket, "capture-pane", "-p", "-S", "-", "-t", id).trimEnd().split("\n");
  const onPage = shown.split("\n");
  expect(onPage.length).toBeGreaterThan(10_000);
  expect(onPage).toEqual(kept.slice(-onPage.length).map((line) => line.trimEnd()));

  // And once more from the beginning, as tomorrow's tab would.
  await page.reload();
  frame = await appFrame(page);
  await untilLive(frame);
  await expect.poll(() => screenText(frame), { timeout: pollMs }).toBe(shown);
});

test("a share that is for reading shows the session as it goes, and takes no key", async () => {
  const { page, browser, culvert } = stage;
  const frame = await stage.open();
  await startSession(frame, "notes", stage.workFolder);
  await page.keyboard.type("echo be'fore'\n");
  await shows(frame, "before");

  const owner = await stage.context.newPage();
  await owner.goto(`${culvert.dashboardOrigin}/`);
  await owner.getByRole("link", { name: culvert.serverLabel, exact: true }).click();
  // The server's own page lists it, from the machine, with the command that attaches and a way in.
  const sessions = owner.getByRole("list", { name: "Sessions of terminal" });
  const attach = sessions.getByText(`tmux -L ${stage.tmuxSocket} attach -t '=${id}'`);
  await attach.waitFor({ timeout: pollMs });
  const address = (await sessions.getByRole("link", { name: "Open notes" }).getAttribute("href")) ?? "";
  expect(address).toMatch(new RegExp(`/terminal#/session/${id}$`));
  await owner.getByRole("button", { name: "Share", exact: true }).click();
  const dialog = owner.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "App" }).selectOption("terminal");
  await dialog.getByLabel("Read only").check();
  await dialog.getByRole("button", { name: "Make the link" }).click();
  const link = (await dialog.locator("code").textContent()) ?? "";
  await owner.goto(new URL(address, owner.url()).href);
  const opened = await appFrame(owner);
  await untilLive(opened);
  await shows(opened, "before");
  await owner.close();

  const viewer = await (await browser.newContext()).newPage();
  await viewer.goto(link);
  const shared = await appFrame(viewer);
  await shared.getByRole("link", { name: /notes/ }).click();
  await shared.getByText("you can watch, not type").waitFor({ timeout: pollMs });
  await shows(shared, "before");
  await shared.locator(".xterm-helper-textarea").focus();
  await viewer.keyboard.type("echo intruder\n");
  const refused = await shared.evaluate(async (session) => {
    const end = await fetch(`/api/sessions/${session}`, { method: "DELETE" });
    const start = await fetch("/api/sessions", { method: "POST", body: JSON.stringify({ workspace: "theirs" }) });
    return [end.status, start.status];
  }, id);
  expect(refused).toEqual([403, 403]);
  await page.bringToFront();
  await page.keyboard.type("echo af'ter'\n");
  for (const each of [frame, shared]) await shows(each, "after");
  expect(stage.transcript(id)).not.toContain("intruder");
  expect(await screenText(shared)).toBe(await screenText(frame));
});
