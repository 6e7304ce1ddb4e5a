/** A path whose handshake is done, as the kit drives it: frames in messages, sealed; and messages that are wrong on purpose. */
import { limits } from "@culvert/protocol";
import { createMessageOpener, createMessageSealer, type HandshakeKeys } from "@culvert/protocol/seal";
import { decodeMessage, type Frame, frameSize, WriteCursor, writeFrame } from "@culvert/protocol/wire";
import { ConformanceFailure } from "./conformance-case.ts";
import type { RelayPipe } from "./relay-pipe.ts";

/** The bytes of a message of frames. */
export function messageOf(...frames: readonly Frame[]): Uint8Array {
  const cursor = new WriteCursor(new Uint8Array(frames.reduce((sum, frame) => sum + frameSize(frame), 0)));
  for (const frame of frames) writeFrame(cursor, frame);
  return cursor.written();
}

/** What a path tells its tunnel. */
export interface ScriptedPathEvents {
  onFrame(frame: Frame): void;
  /** It ended, or the peer broke a rule of sealing or framing. */
  onChange(): void;
}

/** One path. Messages are sealed and opened in order. */
export class ScriptedPath {
  readonly pathId: number;
  readonly pipe: RelayPipe;
  readonly #sealer;
  readonly #opener;
  #outgoing: Promise<void> = Promise.resolve();
  #incoming: Promise<void> = Promise.resolve();
  #fault: ConformanceFailure | undefined;

  constructor(pathId: number, pipe: RelayPipe, keys: HandshakeKeys) {
    this.pathId = pathId;
    this.pipe = pipe;
    this.#sealer = createMessageSealer(keys.sendKey);
    this.#opener = createMessageOpener(keys.receiveKey);
  }

  /** A rule that the peer broke on this path. */
  get fault(): ConformanceFailure | undefined {
    return this.#fault ?? this.pipe.fault;
  }

  /** Starts to listen. */
  start(events: ScriptedPathEvents): void {
    this.pipe.listen((sealed) => {
      this.#incoming = this.#incoming.then(() => this.#open(sealed, events));
    }, events.onChange);
  }

  /** Sends one message of frames. */
  send(...frames: readonly Frame[]): void {
    this.sendPlaintext(messageOf(...frames));
  }

  /** Sends any plaintext, sealed rightly; `spoil` changes the sealed message, or leaves it out. */
  sendPlaintext(plaintext: Uint8Array, spoil: (sealed: Uint8Array) => Uint8Array | undefined = (same) => same): void {
    this.#outgoing = this.#outgoing.then(async () => {
      const spoilt = spoil(await this.#sealer.seal(plaintext));
      if (spoilt !== undefined) this.pipe.send(spoilt);
    });
  }

  /** Opens the next message before `start`: the confirmation. */
  async openNext(what: string): Promise<Uint8Array> {
    const sealed = await this.pipe.next(what);
    try {
      return await this.#opener.open(sealed);
    } catch {
      throw new ConformanceFailure(`${what}: the message does not open with the keys of the handshake`, "Sealing");
    }
  }

  async #open(sealed: Uint8Array, events: ScriptedPathEvents): Promise<void> {
    if (this.#fault !== undefined) return;
    if (sealed.length > limits.sealedMessageBytes) this.#broke("a sealed message is longer than 65,535 bytes", events);
    let plaintext: Uint8Array;
    try {
      plaintext = await this.#opener.open(sealed);
    } catch {
      this.#fault = new ConformanceFailure("a message of the peer does not open: wrong key, nonce or order", "Sealing");
      events.onChange();
      return;
    }
    try {
      for (const frame of decodeMessage(plaintext)) events.onFrame(frame);
    } catch (thrown) {
      this.#broke(thrown instanceof Error ? thrown.message : String(thrown), events);
    }
    events.onChange();
  }

  #broke(message: string, events: ScriptedPathEvents): void {
    this.#fault ??= new ConformanceFailure(`the peer sent a message that breaks the layout: ${message}`, "Frames");
    events.onChange();
  }
}
