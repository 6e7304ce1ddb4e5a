/**
 * The last requests of this agent's viewers, in memory alone. Invariant: it holds at most `mostRequests` of them and
 * `mostBytes` of their heads and bodies, the newest ones; a body is kept only while somebody asked for bodies.
 */
import type { Code } from "@culvert/protocol";
import type { HeaderList } from "@culvert/protocol/http";
import { KeptBody } from "./kept-body.ts";

const mostRequests = 500;
const mostBytes = 8 * 1024 * 1024;
/** Of each body; the inspector shows its beginning. */
const mostBodyBytes = 64 * 1024;
/** Strings of a head take so much beside their characters. */
const headerOverheadBytes = 32;

/** What is known of a request before it is answered. */
export interface LoggedHead {
  readonly kind: "http" | "websocket";
  readonly serviceName: string;
  readonly viewerId: string;
  readonly method: string;
  readonly path: string;
  readonly headers: HeaderList;
  readonly hasBody: boolean;
  /** The request that this one repeats. */
  readonly replayOf: number | null;
}

/** How it was answered. `code` and `message` in place of a status where it was refused or failed. */
export interface LoggedAnswer {
  readonly status: number | null;
  readonly headers: HeaderList;
  readonly code: Code | null;
  readonly message: string;
}

/** One request with all that is known of it, secrets included: it never leaves this process as it is. */
export interface LoggedRequest {
  /** Counts from 1. */
  readonly id: number;
  /** Raised by each change; newer than that of every other request at that moment. */
  revision: number;
  readonly head: LoggedHead;
  /** Wall clock of the machine. */
  readonly atMs: number;
  answer: LoggedAnswer | null;
  /** From the request's head to the answer's, then to its end. */
  headMs: number | null;
  totalMs: number | null;
  readonly requestBody: KeptBody;
  readonly answerBody: KeptBody;
}

export interface RequestLogOptions {
  /** Monotonic, for durations. */
  nowMs(): number;
  /** ms since 1970. */
  wallMs(): number;
}

/** The ring. */
export class RequestLog {
  readonly #options: RequestLogOptions;
  #entries: LoggedRequest[] = [];
  #headBytes = 0;
  #lastId = 0;
  #revision = 0;
  #bodiesUntilMs = 0;
  #listeners = new Set<() => void>();

  constructor(options: RequestLogOptions) {
    this.#options = options;
  }

  /** The newest change. */
  get revision(): number {
    return this.#revision;
  }

  /** Until when bodies are kept, ms since 1970; 0 where they are not. */
  get bodiesUntilMs(): number {
    return this.#bodiesUntilMs > this.#options.wallMs() ? this.#bodiesUntilMs : 0;
  }

  /** Keeps bodies of requests that begin before then; forgets the kept ones where that is over already. */
  keepBodiesUntil(untilMs: number): void {
    this.#bodiesUntilMs = untilMs;
    if (this.bodiesUntilMs === 0) this.#entries = this.#entries.map(withoutBodies);
    this.#changed();
  }

  /** Requests that changed after a revision, oldest first. */
  since(revision: number): readonly LoggedRequest[] {
    return this.#entries.filter((entry) => entry.revision > revision);
  }

  find(id: number): LoggedRequest | undefined {
    return this.#entries.find((entry) => entry.id === id);
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries = [];
    this.#headBytes = 0;
    this.#changed();
  }

  /** Calls back once at the next change; returns what takes that back. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes a request in. */
  begin(head: LoggedHead): Recording {
    this.#lastId += 1;
    const keptBytes = this.bodiesUntilMs === 0 ? 0 : mostBodyBytes;
    const entry: LoggedRequest = {
      ...{ id: this.#lastId, revision: 0, head, atMs: this.#options.wallMs() },
      ...{ answer: null, headMs: null, totalMs: null },
      requestBody: new KeptBody(keptBytes),
      answerBody: new KeptBody(keptBytes),
    };
    this.#entries.push(entry);
    this.#headBytes += headBytesOf(entry);
    this.#touch(entry);
    this.#trim();
    const startedMs = this.#options.nowMs();
    const elapsedMs = () => Math.round((this.#options.nowMs() - startedMs) * 10) / 10;
    return {
      id: entry.id,
      requestBytes: (bytes) => entry.requestBody.take(bytes),
      requestEnded: () => entry.requestBody.end(),
      answerBytes: (bytes) => entry.answerBody.take(bytes),
      answer: (answer) => {
        if (entry.answer !== null && answer.code === null) return;
        const before = headBytesOf(entry);
        entry.answer = { ...answer, status: answer.status ?? entry.answer?.status ?? null };
        entry.headMs ??= elapsedMs();
        if (this.#entries.includes(entry)) this.#headBytes += headBytesOf(entry) - before;
        this.#touch(entry);
      },
      end: () => {
        if (entry.totalMs !== null) return;
        entry.totalMs = elapsedMs();
        this.#touch(entry);
        this.#trim();
      },
    };
  }

  #touch(entry: LoggedRequest): void {
    this.#revision += 1;
    entry.revision = this.#revision;
    this.#changed();
  }

  #changed(): void {
    const listeners = this.#listeners;
    this.#listeners = new Set();
    for (const listener of listeners) listener();
  }

  #trim(): void {
    while (this.#entries.length > mostRequests || this.#heldBytes() > mostBytes) {
      const oldest = this.#entries.shift();
      if (oldest === undefined) return;
      this.#headBytes -= headBytesOf(oldest);
    }
  }

  #heldBytes(): number {
    if (this.#bodiesUntilMs === 0) return this.#headBytes;
    return this.#entries.reduce(
      (sum, one) => sum + one.requestBody.keptBytes + one.answerBody.keptBytes,
      this.#headBytes,
    );
  }
}

/** One request on its way into the log. */
export interface Recording {
  readonly id: number;
  requestBytes(bytes: Uint8Array): void;
  /** Its body has passed to its end. */
  requestEnded(): void;
  answerBytes(bytes: Uint8Array): void;
  /** The final head, or why there is none; a failure after a head adds to it. */
  answer(answer: LoggedAnswer): void;
  /** Nothing of it is left. Idempotent. */
  end(): void;
}

function withoutBodies(entry: LoggedRequest): LoggedRequest {
  return { ...entry, requestBody: new KeptBody(0), answerBody: new KeptBody(0) };
}

function headBytesOf({ head, answer }: LoggedRequest): number {
  return head.path.length + headerBytes(head.headers) + headerBytes(answer?.headers ?? []) + 512;
}

function headerBytes(headers: HeaderList): number {
  return headers.reduce((sum, [name, value]) => sum + name.length + value.length + headerOverheadBytes, 0);
}
