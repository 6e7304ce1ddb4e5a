/**
 * What was typed and when it counts as taken: numbers on messages. Pure; the page has one side, the agent the other.
 * Invariant: a message reaches the session at most once, and in order; what may be lost is said.
 */
import { terminalLimits } from "../limits.ts";

/** One message of typed bytes; numbers begin with 1 for each page. */
export interface InputMessage {
  readonly number: number;
  readonly bytes: Uint8Array;
}

/** Four bytes of number, big endian, then the typed bytes. */
export function encodeInput({ number, bytes }: InputMessage): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(4 + bytes.length);
  new DataView(message.buffer).setUint32(0, number);
  message.set(bytes, 4);
  return message;
}

/** Undefined for bytes that are no such message. */
export function decodeInput(message: Uint8Array): InputMessage | undefined {
  if (message.length < 5 || message.length > 4 + terminalLimits.inputBytes) return undefined;
  const number = new DataView(message.buffer, message.byteOffset, message.length).getUint32(0);
  return number === 0 ? undefined : { number, bytes: message.subarray(4) };
}

/** The agent's side for one page: what to do with a message. */
export class TakenInput {
  #taken = 0;

  /** The last message that the session has. */
  get taken(): number {
    return this.#taken;
  }

  /** `new` ones go to the session now; `repeat` was there; at a `gap` the page must begin again. */
  take(number: number): "new" | "repeat" | "gap" {
    if (number <= this.#taken) return "repeat";
    if (number > this.#taken + 1) return "gap";
    this.#taken = number;
    return "new";
  }
}

/** The page's side: what was typed and is not known to be taken. */
export class PendingInput {
  #messages: InputMessage[] = [];
  #next = 1;
  #acknowledged = 0;
  #agent: string | undefined;

  /** Bytes that wait. */
  get sizeBytes(): number {
    return this.#messages.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** Messages for these bytes, to be sent now; none, and nothing is kept, where too much waits already. */
  add(bytes: Uint8Array): readonly InputMessage[] {
    if (this.sizeBytes + bytes.length > terminalLimits.pendingInputBytes) return [];
    const added: InputMessage[] = [];
    for (let at = 0; at < bytes.length; at += terminalLimits.inputBytes) {
      added.push({ number: this.#next, bytes: bytes.slice(at, at + terminalLimits.inputBytes) });
      this.#next += 1;
    }
    this.#messages.push(...added);
    return added;
  }

  /** The agent has everything up to this number. */
  taken(number: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, number);
    this.#messages = this.#messages.filter((message) => message.number > number);
  }

  /**
   * A connection stands. The same agent (`agent` is its run) gets what it lacks. Another one, or one that forgot this
   * page, cannot know what was passed on before, so nothing is sent twice: `lostBytes` may or may not have arrived.
   */
  connected(agent: string, taken: number): { readonly resend: readonly InputMessage[]; readonly lostBytes: number } {
    const isFirst = this.#agent === undefined;
    const isKnown = agent === this.#agent && taken < this.#next && taken >= this.#acknowledged;
    this.#agent = agent;
    if (isFirst || isKnown) {
      this.taken(taken);
      return { resend: this.#messages, lostBytes: 0 };
    }
    const lostBytes = this.sizeBytes;
    this.#messages = [];
    this.#next = taken + 1;
    this.#acknowledged = taken;
    return { resend: [], lostBytes };
  }
}
