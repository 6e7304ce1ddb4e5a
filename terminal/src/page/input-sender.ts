/**
 * Types into one session, over sockets that come and go. What is typed while none is there waits and goes in order;
 * `PendingInput` keeps it from being typed twice.
 */
import { inputAnswerSchema } from "../link/session-words.ts";
import { encodeInput, PendingInput } from "../link/typed-input.ts";
import { mayType } from "./calls.ts";

/** Whether keys reach the session. */
export type Typing = "connecting" | "ready" | "read-only";

export interface InputSenderOptions {
  readonly id: string;
  readonly viewerId: string;
  onTyping(typing: Typing): void;
  /** Something typed may not have arrived, or was not taken. */
  onLost(message: string): void;
}

const firstWaitMs = 250;
const longestWaitMs = 5_000;

export class InputSender {
  readonly #options: InputSenderOptions;
  readonly #pending = new PendingInput();
  readonly #over = new AbortController();
  #socket: WebSocket | undefined;
  #isReady = false;
  #waitMs = firstWaitMs;

  constructor(options: InputSenderOptions) {
    this.#options = options;
    addEventListener("online", () => this.#connectSoon(0), { signal: this.#over.signal });
    this.#connect();
  }

  /** Types bytes; keeps them where no connection stands. */
  type(bytes: Uint8Array): void {
    const messages = this.#pending.add(bytes);
    if (messages.length === 0) {
      this.#options.onLost("Too much waits for the connection: what you typed last was not kept.");
      return;
    }
    if (this.#isReady) for (const message of messages) this.#socket?.send(encodeInput(message));
  }

  /** Asks the session to take this size; nothing where no connection stands. */
  resize(columns: number, rows: number): void {
    if (this.#isReady) this.#socket?.send(JSON.stringify({ type: "resize", columns, rows }));
  }

  close(): void {
    this.#over.abort();
    this.#socket?.close();
  }

  #connect(): void {
    const { id, viewerId, onTyping, onLost } = this.#options;
    if (this.#over.signal.aborted || this.#socket !== undefined) return;
    const url = new URL(`/api/sessions/${id}/input?viewer=${viewerId}`, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const answer = inputAnswerSchema.parse(JSON.parse(String(data)));
      if (answer.type === "taken") return this.#pending.taken(answer.taken);
      const { resend, lostBytes } = this.#pending.connected(answer.agent, answer.taken);
      this.#isReady = true;
      this.#waitMs = firstWaitMs;
      for (const message of resend) socket.send(encodeInput(message));
      if (lostBytes > 0) {
        const keys = lostBytes === 1 ? "The last key" : `The last ${lostBytes} characters`;
        onLost(`${keys} may not have arrived: the agent was started again meanwhile.`);
      }
      onTyping("ready");
    });
    socket.addEventListener("close", () => {
      const wasReady = this.#isReady;
      this.#socket = undefined;
      this.#isReady = false;
      if (this.#over.signal.aborted) return;
      onTyping("connecting");
      void this.#retry(wasReady);
    });
  }

  /** A socket that never stood may have been refused for good. */
  async #retry(wasReady: boolean): Promise<void> {
    const isAllowed = wasReady || (await mayType().catch(() => true));
    if (this.#over.signal.aborted) return;
    if (!isAllowed) return this.#options.onTyping("read-only");
    this.#connectSoon(this.#waitMs);
    this.#waitMs = Math.min(longestWaitMs, this.#waitMs * 2);
  }

  #connectSoon(waitMs: number): void {
    setTimeout(() => this.#connect(), waitMs);
  }
}
