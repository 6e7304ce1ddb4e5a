/** What the page does, without a browser: follows a session's output and types into it, through the service's functions. */
import type { ReceivedWebSocket, WebSocketChannel, WebSocketEvent } from "@culvert/protocol/http";
import { OutputCursor } from "../link/output-cursor.ts";
import { FrameReader } from "../link/output-frame.ts";
import { type InputAnswer, type SessionStatus, sessionStatusSchema } from "../link/session-words.ts";
import { encodeInput } from "../link/typed-input.ts";
import { ScreenModel } from "../screen/screen-model.ts";
import type { TerminalService } from "../terminal-service.ts";

export const base = "http://terminal.localhost";

/** One page with one session. */
export class PageStandIn {
  /** Bytes that came after the first screen, in order. */
  output = "";
  status: SessionStatus | undefined;
  gaps = 0;
  readonly answers: InputAnswer[] = [];
  /** Resolves when the body of output ends, by whatever. */
  followed: Promise<void> = Promise.resolve();
  readonly #service: TerminalService;
  readonly #id: string;
  readonly #viewerId: string;
  readonly #cursor = new OutputCursor();
  readonly #inbox: WebSocketEvent[] = [];
  #model: ScreenModel | undefined;
  #taking: Promise<void> = Promise.resolve();
  #wake: (() => void)[] = [];
  #wakeSocket = () => {};
  #number = 0;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  constructor(service: TerminalService, id: string, viewerId = "0123456789abcdef") {
    this.#service = service;
    this.#id = id;
    this.#viewerId = viewerId;
  }

  get lastSequence(): number | undefined {
    return this.#cursor.lastSequence;
  }

  /** Asks for output, after what is there already. Resolves with the answer's status. */
  async follow(): Promise<number> {
    const after = this.lastSequence === undefined ? "" : `&after=${this.lastSequence}`;
    const path = `/api/sessions/${this.#id}/output?viewer=${this.#viewerId}${after}`;
    const answer = await this.#service.fetch(new Request(base + path));
    if (answer.ok && answer.body !== null) {
      this.#reader = answer.body.getReader();
      this.followed = this.#follow(this.#reader);
    }
    return answer.status;
  }

  /** Opens the socket of input; resolves with the status of a refusal, or undefined where it stands. */
  async connect(): Promise<number | undefined> {
    const refused = Promise.withResolvers<number | undefined>();
    const channel = {
      sendText: async (text: string) => {
        this.answers.push(JSON.parse(text));
        this.#tell();
        refused.resolve(undefined);
      },
      receive: () => this.#next(),
      close: async () => {},
    };
    const request = {
      head: { path: `/api/sessions/${this.#id}/input?viewer=${this.#viewerId}`, headers: [], protocols: [] },
      accept: () => channel as unknown as WebSocketChannel,
      refuse: async ({ status }: { readonly status: number }) => refused.resolve(status),
      abort: () => refused.resolve(0),
    };
    void this.#service.webSocket(request as unknown as ReceivedWebSocket);
    return refused.promise;
  }

  type(text: string): void {
    this.#number += 1;
    this.#push({ type: "binary", bytes: encodeInput({ number: this.#number, bytes: Buffer.from(text) }) });
  }

  resize(columns: number, rows: number): void {
    this.#push({ type: "text", text: JSON.stringify({ type: "resize", columns, rows }) });
  }

  /** Resolves when it holds; looked at whenever something came. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve);
      });
    }
  }

  /** The same for lines of the screen. */
  async untilLines(holds: (lines: readonly string[]) => boolean): Promise<readonly string[]> {
    for (;;) {
      // Asked for before looking, so that nothing is missed between.
      const told = new Promise<void>((resolve) => {
        this.#wake.push(resolve);
      });
      const lines = await this.lines();
      if (holds(lines)) return lines;
      await told;
    }
  }

  /** Resolves when the shell waits for a command. */
  async untilPrompt(): Promise<readonly string[]> {
    return this.untilLines((lines) => /^[#$%] ?$/.test(lines.at(-1) ?? ""));
  }

  /** The screen and what is above it, trailing empty lines left out. */
  async lines(): Promise<readonly string[]> {
    await this.#taking;
    const lines = [...(this.#model?.lines() ?? [])];
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  /** Leaves, as a closed tab does. */
  async leave(): Promise<void> {
    this.#push({ type: "close", close: { code: 1001, reason: "" } });
    await this.#reader?.cancel().catch(() => {});
    await this.followed;
  }

  async #follow(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const frames = new FrameReader();
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
      if (done || value === undefined) return this.#tell();
      for (const frame of frames.push(value)) {
        if (frame.type === "status") {
          this.status = sessionStatusSchema.parse(JSON.parse(frame.json));
        } else {
          const step = this.#cursor.take(frame);
          if (step.type === "gap") this.gaps += 1;
          if (step.type === "redraw") this.#redraw({ ...step, sequence: frame.sequence });
          if (step.type === "write") this.#write(step.bytes);
        }
      }
      this.#tell();
    }
  }

  #redraw(from: ConstructorParameters<typeof ScreenModel>[0]["from"]): void {
    this.#taking = this.#taking.then(() => {
      this.#model?.close();
      this.#model = new ScreenModel({ from });
      // Waits until what was just written is on the screen.
      return this.#model.take(new Uint8Array(0));
    });
  }

  #write(bytes: Uint8Array): void {
    this.output += Buffer.from(bytes).toString("latin1");
    this.#taking = this.#taking.then(() => this.#model?.take(bytes));
  }

  #tell(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const each of wake) each();
  }

  #push(event: WebSocketEvent): void {
    this.#inbox.push(event);
    this.#wakeSocket();
  }

  async #next(): Promise<WebSocketEvent> {
    for (;;) {
      const event = this.#inbox.shift();
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => {
        this.#wakeSocket = resolve;
      });
    }
  }
}
