import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { terminalListSchema } from "@culvert/protocol/signaling";
import { afterEach, test as anyTest, beforeEach, describe, expect } from "vitest";
import { sessionListSchema } from "./link/session-words.ts";
import { createTerminalService, type TerminalService } from "./terminal-service.ts";
import { base, PageStandIn } from "./testing/page-stand-in.ts";
import { endTmux, freshTmuxSocket, hasTmux, tmux } from "./testing/tmux.ts";

const id = "culvert__notes__primary";
const timeout = 30_000;
/** A shell that asks for commands alike everywhere. */
process.env.SHELL = "/bin/sh";

let folder: string;
let socket: string;
let service: TerminalService;
const running: PageStandIn[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "culvert-terminal-"));
  socket = freshTmuxSocket();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((page) => page.leave()));
  await service.close();
  endTmux(socket);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const open = async (tmuxSocket: string | null) => {
  service = await createTerminalService({ folder, startFolder: folder, tmuxSocket });
};
const ask = (path: string, init: RequestInit = {}) => service.fetch(new Request(base + path, init));
const list = async () => sessionListSchema.parse(await (await ask("/api/sessions")).json());
const start = (wish: object) => ask("/api/sessions", { method: "POST", body: JSON.stringify(wish) });
/** A page that follows and types. */
const page = async (viewerId?: string): Promise<PageStandIn> => {
  const made = new PageStandIn(service, id, viewerId);
  running.push(made);
  expect(await made.follow()).toBe(200);
  expect(await made.connect()).toBeUndefined();
  await made.untilLines((lines) => lines.length > 0);
  return made;
};

describe.each(["tmux", "pty"] as const)("over %s", (backend) => {
  const test = anyTest.skipIf(backend === "tmux" && !hasTmux());
  const begin = async () => {
    await open(backend === "tmux" ? socket : null);
    expect((await start({ workspace: "notes" })).status).toBe(201);
  };

  test("what is typed runs, and a page opened later shows the same screen", { timeout }, async () => {
    await begin();
    const first = await page();
    await first.untilPrompt();
    first.type("echo one'-'two\r");
    await first.until(() => first.output.includes("one-two\r\n"));
    const second = await page("fedcba9876543210");
    first.type("echo three'-'four\r");
    for (const each of [first, second]) await each.until(() => each.output.includes("three-four\r\n"));
    expect(await second.untilPrompt()).toEqual(await first.untilPrompt());
    expect((await list()).sessions).toMatchObject([{ id, viewers: 2, state: "active" }]);
    expect([first.gaps, second.gaps]).toEqual([0, 0]);
  });

  test("the machine's page is told of sessions, and reads what it is told", { timeout }, async () => {
    await begin();
    const first = await page();
    await first.untilPrompt();
    const { lost, sessions } = terminalListSchema.parse(await service.terminals());
    expect(lost === null).toBe(backend === "tmux");
    expect(sessions).toMatchObject([
      { name: "culvert::notes::primary", path: `/session/${id}`, state: "active", viewers: 1 },
    ]);
    expect(sessions[0]?.attachCommand === null).toBe(backend === "pty");
    expect((await service.fetch(new Request(`${base}${sessions[0]?.path}`))).status).toBe(200);
  });

  test("twenty thousand lines are in the transcript once and in order, whichever page saw them", {
    timeout,
  }, async () => {
    await begin();
    const first = await page();
    await first.untilPrompt();
    first.type("seq 1 20000; echo do'ne'\r");
    await first.until(() => first.output.length > 10_000);
    await first.leave();
    const second = await page("fedcba9876543210");
    await second.untilLines((all) => all.includes("done"));
    const text = await (await ask(`/api/sessions/${id}/transcript`)).text();
    expect(numbersIn(text)).toEqual(Array.from({ length: 20_000 }, (_, index) => index + 1));
    const lines = (await second.lines()).filter((line) => /^\d+$/.test(line));
    expect(lines.length).toBeGreaterThan(9_000);
    expect(lines).toEqual(
      Array.from({ length: lines.length }, (_, index) => String(20_000 - lines.length + 1 + index)),
    );
  });

  test("a session takes the size of a page, and every page is told", { timeout }, async () => {
    await begin();
    const first = await page();
    first.resize(77, 21);
    await first.until(() => first.status?.columns === 77 && first.status.rows === 21);
    first.type("stty size; echo si'zed'\r");
    await first.until(() => first.output.includes("sized\r\n"));
    expect(first.output).toContain("21 77\r\n");
    expect(first.status?.sizedBy).toBe("0123456789abcdef");
  });

  test("a session that ended shows how it was left, and can be started again below it", { timeout }, async () => {
    await begin();
    const first = await page();
    await first.untilPrompt();
    first.type("echo la'st'\r");
    await first.until(() => first.output.includes("last\r\n"));
    first.type("exit\r");
    await first.followed;
    expect(first.status?.state).toBe("ended");
    expect((await list()).sessions).toMatchObject([{ id, state: "ended", attachCommand: null }]);
    const later = new PageStandIn(service, id);
    await later.follow();
    await later.followed;
    expect(await later.lines()).toContain("last");
    expect((await start({ workspace: "notes" })).status).toBe(201);
    const again = await page();
    await again.untilLines((all) => all.includes("last") && all.some((line) => line.includes("started again")));
  });

  test("ended by a page, its transcript stays until it is removed", { timeout }, async () => {
    await begin();
    await page();
    expect((await ask(`/api/sessions/${id}?forget`, { method: "DELETE" })).status).toBe(400);
    expect((await ask(`/api/sessions/${id}`, { method: "DELETE" })).status).toBe(204);
    expect((await list()).sessions).toMatchObject([{ id, state: "ended" }]);
    expect((await ask(`/api/sessions/${id}?forget`, { method: "DELETE" })).status).toBe(204);
    expect((await list()).sessions).toEqual([]);
    expect(readdirSync(join(folder, "sessions"))).toEqual([]);
  });

  test("nobody else may read a transcript or a screen", { timeout }, async () => {
    await begin();
    const first = await page();
    await first.until(() => (first.lastSequence ?? 0) > 0);
    await first.leave();
    await service.close();
    const place = join(folder, "sessions", id);
    expect(statSync(place).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(place))
      expect([name, statSync(join(place, name)).mode & 0o777]).toEqual([name, 0o600]);
  });
});

function numbersIn(text: string): readonly number[] {
  return text.split(/\r\n/).flatMap((line) => (/^\d+$/.test(line) ? [Number(line)] : []));
}

describe("with tmux", () => {
  const test = anyTest.skipIf(!hasTmux());

  test("another run of the agent shows the same screen, and nothing was missed between", { timeout }, async () => {
    await open(socket);
    await start({ workspace: "notes" });
    const first = await page();
    await first.untilPrompt();
    first.type("echo be'fore'\r");
    await first.until(() => first.output.includes("before\r\n"));
    await first.leave();
    await service.close();
    tmux(socket, "send-keys", "-t", id, "echo mean'while'", "Enter");
    await open(socket);
    const second = await page();
    await second.untilLines((lines) => lines.includes("meanwhile"));
    const lines = await second.untilPrompt();
    expect(lines).toContain("before");
    const shown = tmux(socket, "capture-pane", "-p", "-t", id).trimEnd().split("\n");
    expect(lines.map((line) => line.trimEnd())).toEqual(shown.map((line) => line.trimEnd()));
  });

  test("sessions of others on the same server are neither listed nor reached", { timeout }, async () => {
    tmux(socket, "new-session", "-d", "-s", "culvert__theirs__primary");
    await open(socket);
    expect((await list()).sessions).toEqual([]);
    const theirs = new PageStandIn(service, "culvert__theirs__primary");
    expect(await theirs.follow()).toBe(404);
    expect(await theirs.connect()).toBe(404);
    await ask("/api/sessions/culvert__theirs__primary", { method: "DELETE" });
    expect(tmux(socket, "ls", "-F", "#{session_name}")).toBe("culvert__theirs__primary\n");
  });

  test("the command that is offered leads to the session", { timeout }, async () => {
    await open(socket);
    await start({ workspace: "notes" });
    const [session] = (await list()).sessions;
    expect(session?.attachCommand).toBe(`tmux -L ${socket} attach -t '=${id}'`);
    expect(tmux(socket, "has-session", "-t", `=${id}`)).toBe("");
  });

  test("a page that is open costs no process, which would hold the agent up", { timeout }, async () => {
    await open(socket);
    await start({ workspace: "notes" });
    const first = await page();
    const path = process.env.PATH;
    try {
      process.env.PATH = "";
      expect((await list()).sessions).toMatchObject([{ id, viewers: 1 }]);
      first.type("echo he're'\r");
      await first.until(() => first.output.includes("here\r\n"));
    } finally {
      process.env.PATH = path;
    }
  });

  test("a recorder that was killed is replaced, and says that something is missing", { timeout }, async () => {
    await open(socket);
    await start({ workspace: "notes" });
    const first = await page();
    const pid = tmux(socket, "list-panes", "-a", "-F", "#{pane_pipe}");
    expect(pid).toBe("1\n");
    tmux(socket, "pipe-pane", "-t", id);
    expect(tmux(socket, "list-panes", "-a", "-F", "#{pane_pipe}")).toBe("0\n");
    await list();
    first.type("echo af'ter'\r");
    await first.until(() => first.output.includes("after\r\n"));
    expect(first.output).toContain("started again");
  });
});

describe("what is refused", () => {
  const refused = async (answer: Promise<Response>) => {
    const { status, ...rest } = await answer.then(async (each) => ({ status: each.status, ...(await each.json()) }));
    return [status, rest.error.code];
  };

  anyTest.each([
    [{ workspace: "a b" }],
    [{ workspace: "$(touch x)" }],
    [{ workspace: "a", slot: "../b" }],
    [{ workspace: "a", folder: "relative" }],
    [{ workspace: "a", folder: "/no/such/folder; touch x" }],
    [{ slot: "a" }],
    [[]],
  ])("%j is no session", async (wish) => {
    await open(null);
    expect(await refused(start(wish))).toEqual([400, "invalid-request"]);
    expect((await list()).sessions).toEqual([]);
  });

  anyTest("what changes something and comes from another origin", async () => {
    await open(null);
    const headers = { origin: "https://elsewhere.example" };
    expect(await refused(ask("/api/sessions", { method: "POST", headers, body: "{}" }))).toEqual([403, "policy"]);
  });

  anyTest.each(["/api/sessions/nobody/output", "/api/sessions/other__notes__primary/output", "/elsewhere"])(
    "%s is not there",
    async (path) => {
      await open(null);
      expect((await ask(`${path}?viewer=0123456789abcdef`)).status).toBe(404);
    },
  );

  anyTest("a prefix that cannot be", async () => {
    await open(null);
    await expect(createTerminalService({ folder, prefix: "a:b" })).rejects.toMatchObject({ code: "invalid-request" });
  });
});
