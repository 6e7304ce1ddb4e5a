/**
 * What is kept of one request beside its line: heads, beginnings of bodies, the latest messages. Raw: secrets included, so it
 * never leaves the core as it is. Invariant: `sizeBytes` counts what it holds.
 */
import type { HeaderList } from "@culvert/protocol/http";
import type { InspectedFrame } from "../inspector-api.ts";

/** Of each body; enough to make most requests again, and more than a person reads. */
export const mostBodyBytes = 256 * 1024;
/** Characters of one message or event. */
const mostFrameText = 16 * 1024;
const mostFrames = 1_000;
/** An object with its strings takes so much beside their characters, roughly. */
const entryBytes = 512;
const pairBytes = 64;
const frameBytes = 160;

/** A message as it passed. `text`: null for binary ones. */
export interface PassedFrame extends Pick<InspectedFrame, "direction" | "type" | "sizeBytes" | "label"> {
  readonly text: string | null;
}

/** The first bytes of a body. */
export class KeptBytes {
  readonly #parts: Uint8Array[] = [];
  #keptBytes = 0;
  #sizeBytes = 0;
  #isEnded = false;

  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** All that passed. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** True once the last byte passed: a body that was broken off never ends. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** True where nothing of what passed is missing. */
  get isWhole(): boolean {
    return this.#keptBytes === this.#sizeBytes;
  }

  /** Counts the bytes and copies what is wanted of them; returns how much that was. */
  take(bytes: Uint8Array, isWanted: boolean): number {
    // A beginning without a gap, or nothing.
    const room = isWanted && this.isWhole ? mostBodyBytes - this.#keptBytes : 0;
    this.#sizeBytes += bytes.length;
    if (room <= 0 || bytes.length === 0) return 0;
    const part = bytes.slice(0, room);
    this.#parts.push(part);
    this.#keptBytes += part.length;
    return part.length;
  }

  /** Nothing more passes, and nothing is missing at its end. */
  end(): void {
    this.#isEnded = true;
  }

  /** Forgets the bytes, not how many there were; returns how much that was. */
  forget(): number {
    const freed = this.#keptBytes;
    this.#parts.length = 0;
    this.#keptBytes = 0;
    return freed;
  }

  /** A copy of what is kept. */
  bytes(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#keptBytes);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

/** One request's. */
export class KeptExchange {
  readonly method: string;
  /** With its secrets. */
  readonly path: string;
  readonly requestBody = new KeptBytes();
  readonly answerBody = new KeptBytes();
  requestHeaders: HeaderList = [];
  answerHeaders: HeaderList = [];
  hasBody = false;
  #frames: InspectedFrame[] = [];
  #frameCount = 0;
  #sizeBytes = entryBytes;

  constructor(method: string, path: string) {
    this.method = method;
    this.path = path;
    this.#sizeBytes += path.length;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The latest ones, oldest first. */
  get frames(): readonly InspectedFrame[] {
    return this.#frames;
  }

  sent(headers: HeaderList, hasBody: boolean): void {
    this.#sizeBytes += sizeOf(headers) - sizeOf(this.requestHeaders);
    this.requestHeaders = headers;
    this.hasBody = hasBody;
  }

  answered(headers: HeaderList): void {
    this.#sizeBytes += sizeOf(headers) - sizeOf(this.answerHeaders);
    this.answerHeaders = headers;
  }

  /** Bytes of the request's or the answer's body as they pass. */
  pass(side: "request" | "answer", bytes: Uint8Array, isWanted: boolean): void {
    const body = side === "request" ? this.requestBody : this.answerBody;
    this.#sizeBytes += body.take(bytes, isWanted);
  }

  frame(frame: PassedFrame, afterMs: number, isWanted: boolean): void {
    this.#frameCount += 1;
    const text = isWanted ? (frame.text?.slice(0, mostFrameText) ?? null) : null;
    this.#frames.push({ ...frame, text, index: this.#frameCount, afterMs });
    this.#sizeBytes += frameBytes + (text?.length ?? 0);
    if (this.#frames.length <= mostFrames) return;
    const oldest = this.#frames.shift();
    this.#sizeBytes -= frameBytes + (oldest?.text?.length ?? 0);
  }

  /** Forgets bodies and the texts of messages. */
  forgetContents(): void {
    this.#sizeBytes -= this.requestBody.forget() + this.answerBody.forget();
    for (const { text } of this.#frames) this.#sizeBytes -= text?.length ?? 0;
    this.#frames = this.#frames.map((frame) => ({ ...frame, text: null }));
  }
}

function sizeOf(headers: HeaderList): number {
  return headers.reduce((sum, [name, value]) => sum + name.length + value.length + pairBytes, 0);
}
