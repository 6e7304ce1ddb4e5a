/** One session: its screen, how it is connected, and what types into it. */
import type { SessionStatus } from "../link/session-words.ts";
import { sessionOfId, writeSessionName } from "../names/session-name.ts";
import { listSessions } from "./calls.ts";
import { copiedCommand } from "./copied-command.ts";
import { button, element } from "./element.ts";
import { InputSender, type Typing } from "./input-sender.ts";
import { keyBar } from "./key-bar.ts";
import { keyCode, withControl } from "./key-codes.ts";
import { type Connection, followOutput } from "./output-follower.ts";
import { pageHead } from "./page-head.ts";
import { copyText, TerminalScreen } from "./terminal-screen.ts";
import type { View } from "./view.ts";

const narrow = matchMedia("(max-width: 640px)");
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** `back`: to the list. */
export function sessionView(root: HTMLElement, id: string, back: () => void): View {
  const over = new AbortController();
  const viewerId = newViewerId();
  const name = sessionOfId(id);
  const title = name === undefined ? id : writeSessionName(name);
  const state = element("span", { class: "state", attributes: { role: "status" } });
  const notice = element("p", { class: "notice", attributes: { role: "status" } });
  const place = element("div", { class: "screen" });
  const copy = button("Copy", () => void copyText(screen.selection), { class: "quiet" });
  const fit = button("Fit to this window", () => takeSize(), { class: "quiet" });
  const transcript = element("a", {
    class: "quiet",
    attributes: { href: `/api/sessions/${id}/transcript`, download: "" },
  });
  transcript.textContent = "Transcript";
  const attach = element("div", { class: "attach" });
  copy.hidden = true;
  fit.hidden = true;

  let status: SessionStatus | undefined;
  let typing: Typing = "connecting";
  let connection: Connection = { type: "connecting" };
  let isControlHeld = false;
  let isFirstSize = true;

  const takeSize = () => {
    const size = screen.fitting();
    if (size !== undefined) sender.resize(size.columns, size.rows);
  };
  const isOtherSize = () => {
    const size = screen.fitting();
    return size !== undefined && status !== undefined && (size.columns !== status.columns || size.rows !== status.rows);
  };
  const showState = () => {
    const words = stateWords(connection, typing, status);
    state.textContent = words.text;
    state.dataset.state = words.mark;
    const isLive = connection.type === "live";
    place.classList.toggle("away", !isLive && connection.type !== "ended");
    screen.isTyping = typing !== "read-only" && connection.type !== "ended";
    fit.hidden = typing !== "ready" || !isLive || status?.sizedBy === viewerId || !isOtherSize();
    bar.element.hidden = typing === "read-only" || connection.type === "ended";
  };
  /** A page that is alone, or that gave the session its size, keeps it fitting. */
  const followSpace = () => {
    const isMine = status?.sizedBy === viewerId || (isFirstSize && (status?.viewers ?? 0) <= 1);
    if (typing === "ready" && status !== undefined && isMine) {
      isFirstSize = false;
      if (isOtherSize()) takeSize();
    }
    showState();
  };
  const typed = (bytes: Uint8Array) => {
    if (status?.sizedBy !== viewerId && isOtherSize()) takeSize();
    const isHeld = isControlHeld;
    bar.releaseControl();
    sender.type(isHeld ? encoder.encode(withControl(decoder.decode(bytes))) : bytes);
  };

  const bar = keyBar({
    onKey: (key) => {
      bar.releaseControl();
      typed(encoder.encode(keyCode(key, screen.isApplicationMode)));
    },
    onControl: (isHeld) => {
      isControlHeld = isHeld;
      if (isHeld) screen.focus();
    },
    onPaste: () => {
      navigator.clipboard.readText().then(
        (text) => screen.paste(text),
        () => {
          notice.textContent =
            "The browser does not let this page read the clipboard. Paste with the keyboard or by holding the screen.";
        },
      );
    },
  });
  const backButton = button("‹", back, { class: "quiet back", attributes: { "aria-label": "All sessions" } });
  const tools = element("div", { class: "row tools" }, state, copy, fit, transcript);
  const head = pageHead(title, tools);
  head.prepend(backButton);
  root.replaceChildren(head, notice, place, bar.element, attach);
  document.title = title;

  const screen = new TerminalScreen({
    place,
    fontSizePx: narrow.matches ? 12 : 14,
    onTyped: typed,
    onSelection: (isAny) => {
      copy.hidden = !isAny;
    },
    onSpace: () => followSpace(),
  });
  const sender = new InputSender({
    id,
    viewerId,
    onTyping: (now) => {
      typing = now;
      followSpace();
    },
    onLost: (message) => {
      notice.textContent = message;
    },
  });
  void followOutput(
    {
      id,
      viewerId,
      onStep: (step) => (step.type === "write" ? screen.write(step.bytes) : screen.redraw(step)),
      onStatus: (now) => {
        status = now;
        screen.resize(now.columns, now.rows);
        document.title = now.title === "" ? title : `${now.title} · ${title}`;
        followSpace();
      },
      onConnection: (now) => {
        connection = now;
        if (now.type === "ended" || now.type === "gone") sender.close();
        showState();
      },
    },
    over.signal,
  );
  void listSessions(over.signal).then(
    ({ sessions }) => {
      const command = sessions.find((session) => session.id === id)?.attachCommand;
      if (command != null) attach.replaceChildren(copiedCommand(command));
    },
    () => {},
  );
  showState();
  if (!narrow.matches) screen.focus();
  // Tests and people with the console read the screen as text.
  Object.assign(place, { culvertText: () => screen.text() });
  return {
    close: () => {
      over.abort();
      sender.close();
      screen.close();
    },
  };
}

function stateWords(
  connection: Connection,
  typing: Typing,
  status: SessionStatus | undefined,
): { readonly text: string; readonly mark: string } {
  switch (connection.type) {
    case "connecting":
      return { text: "Connecting …", mark: "connecting" };
    case "waiting":
      return { text: `Reconnecting ${connection.tries} … ${connection.message}`, mark: "connecting" };
    case "ended":
      return { text: "Ended. This is how it was left.", mark: "offline" };
    case "gone":
      return { text: connection.message, mark: "lost" };
    case "live": {
      const viewers = status === undefined || status.viewers < 2 ? "" : ` · ${status.viewers} pages`;
      if (typing === "read-only") return { text: `Live · you can watch, not type${viewers}`, mark: "degraded" };
      if (typing === "connecting") return { text: `Live · keys wait${viewers}`, mark: "connecting" };
      return { text: `Live${viewers}`, mark: "ready" };
    }
  }
}

function newViewerId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
