/** The list of sessions, and what starts a new one. Asked anew every few seconds while it is looked at. */
import type { ListedSession, SessionList } from "../link/session-words.ts";
import { CallFailure, endSession, forgetSession, listSessions, startSession } from "./calls.ts";
import { confirmed } from "./confirm.ts";
import { copiedCommand } from "./copied-command.ts";
import { button, element } from "./element.ts";
import { newSessionForm } from "./new-session-form.ts";
import { pageHead } from "./page-head.ts";
import type { View } from "./view.ts";
import { sizeWords, stateWords, viewerWords } from "./words.ts";

const askMs = 3_000;

/** `go`: opens a session's page. */
export function listView(root: HTMLElement, go: (id: string) => void): View {
  const over = new AbortController();
  const notice = element("p", { class: "notice", attributes: { role: "status" } });
  const lost = element("p", { class: "notice degraded" });
  const rows = element("ul", { class: "sessions", attributes: { "aria-label": "Sessions" } });
  let shown = "";
  const say = (thrown: unknown) => {
    notice.textContent = thrown instanceof CallFailure ? `${thrown.message} ${thrown.hint}` : String(thrown);
  };
  const act = (work: () => Promise<void>) => {
    work().then(() => ask(), say);
  };
  const show = (list: SessionList) => {
    notice.textContent = "";
    lost.textContent = list.backend.lost ?? "";
    // Rows are made anew only where they say something else: what is selected or focused stays.
    const next = JSON.stringify({
      ...list,
      nowMs: 0,
      sessions: list.sessions.map((each) => rowWords(each, list.nowMs)),
    });
    if (next === shown) return;
    shown = next;
    const made = list.sessions.map((session) => row(session, list.nowMs, { go, act }));
    const empty = element("li", { class: "empty" }, "No sessions yet. Start one: it goes on when you close this page.");
    rows.replaceChildren(...(made.length === 0 ? [empty] : made));
  };
  const ask = async () => {
    await listSessions(over.signal).then(show, (thrown: unknown) => over.signal.aborted || say(thrown));
  };
  const form = newSessionForm(async (wish) => {
    await startSession(wish);
    const { sessions } = await listSessions();
    const made = sessions.find(
      ({ workspace, slot }) => workspace === wish.workspace && slot === (wish.slot ?? "primary"),
    );
    if (made !== undefined) go(made.id);
  });
  const main = element("main", { class: "list" }, lost, form, notice, rows);
  root.replaceChildren(pageHead("Terminals"), main);
  document.title = "Terminals";
  void ask();
  const timer = setInterval(() => document.hidden || void ask(), askMs);
  return {
    close: () => {
      over.abort();
      clearInterval(timer);
    },
  };
}

function rowWords(session: ListedSession, nowMs: number): readonly unknown[] {
  return [
    session.id,
    session.attachCommand,
    stateWords(session, nowMs),
    viewerWords(session),
    sizeWords(session.keptBytes),
  ];
}

interface RowActions {
  go(id: string): void;
  act(work: () => Promise<void>): void;
}

function row(session: ListedSession, nowMs: number, { go, act }: RowActions): HTMLElement {
  const { id, state, prefix, workspace, slot, attachCommand } = session;
  const isEnded = state === "ended";
  const name = element("span", { class: "name" }, `${prefix}::`, element("strong", {}, workspace), `::${slot}`);
  const facts = [stateWords(session, nowMs), viewerWords(session), `${sizeWords(session.keptBytes)} kept`];
  const open = element("a", { class: "open", attributes: { href: `/session/${id}` } }, name);
  open.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(id);
  });
  const actions = isEnded
    ? [
        button("Start again", () => act(async () => startSession({ workspace, slot }).then(() => go(id)))),
        button("Remove", () => act(() => remove(session)), { class: "quiet" }),
      ]
    : [
        button("End", () => act(() => end(session)), {
          class: "quiet",
          attributes: { "aria-label": `End ${workspace}` },
        }),
      ];
  return element(
    "li",
    { class: `session ${state}` },
    element(
      "div",
      { class: "session-main" },
      element("span", { class: "dot", attributes: { "aria-hidden": "true" } }),
      element(
        "div",
        { class: "grow" },
        open,
        element("p", { class: "facts" }, facts.filter((fact) => fact !== "").join(" · ")),
      ),
      element("div", { class: "row" }, ...actions),
    ),
    attachCommand === null ? undefined : copiedCommand(attachCommand),
  );
}

async function end({ id, workspace, slot, command }: ListedSession): Promise<void> {
  const what = command === "" ? "What runs in it ends with it" : `"${command}" ends with it`;
  if (await confirmed(`End ${workspace}::${slot}?`, `${what}. The transcript stays.`, "End session"))
    await endSession(id);
}

async function remove({ id, workspace, slot, keptBytes }: ListedSession): Promise<void> {
  const words = `Its transcript (${sizeWords(keptBytes)}) is deleted from the machine. This cannot be undone.`;
  if (await confirmed(`Remove ${workspace}::${slot}?`, words, "Delete transcript")) await forgetSession(id);
}
