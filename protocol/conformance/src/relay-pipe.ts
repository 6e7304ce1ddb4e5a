/**
 * One relay as the kit sees it: messages of a path, in envelopes on the peer's socket, with credit both ways.
 * Invariant: the kit keeps the rules itself, so that whatever goes wrong is the peer's.
 */
import { type Code, limits } from "@culvert/protocol";
import { relayEnvelope } from "@culvert/protocol/signaling";
import { ConformanceFailure } from "./conformance-case.ts";
import { Watch } from "./watch.ts";

export interface RelayPipeOptions {
  readonly relayId: number;
  readonly patienceMs: number;
  sendEnvelope(envelope: Uint8Array): void;
  /** The kit closes its side. */
  release(code: Code): void;
}

/** How a pipe ended on the peer's side; `code` where the peer could say it. */
export interface PipeEnd {
  readonly code: Code | undefined;
}

/** A pipe between the kit and the peer. */
export class RelayPipe {
  readonly relayId: number;
  /** False: the kit takes the first 64 KiB and grants nothing more. */
  grantsCredit = true;
  /** What the peer sent, in order, until somebody takes it. */
  readonly #arrived: Uint8Array[] = [];
  readonly #watch = new Watch();
  readonly #options: RelayPipeOptions;
  readonly #waiting: Uint8Array[] = [];
  #onMessage: ((message: Uint8Array) => void) | undefined;
  #sentBytes = 0;
  #allowedBytes: number = limits.relayCreditBytes;
  #receivedBytes = 0;
  #grantedBytes: number = limits.relayCreditBytes;
  #end: PipeEnd | undefined;
  #fault: ConformanceFailure | undefined;

  constructor(options: RelayPipeOptions) {
    this.#options = options;
    this.relayId = options.relayId;
  }

  /** Bytes of messages that came. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Bytes that the peer has allowed in all. */
  get allowedBytes(): number {
    return this.#allowedBytes;
  }

  /** Bytes of messages that went out. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** The peer's end of it, undefined while it stands. */
  get ended(): PipeEnd | undefined {
    return this.#end;
  }

  /** A rule of relays that the peer broke. */
  get fault(): ConformanceFailure | undefined {
    return this.#fault;
  }

  /** Sends a message as soon as the peer's credit allows it. */
  send(message: Uint8Array): void {
    this.#waiting.push(message);
    this.#pump();
  }

  /** Takes every message from now on; those that came before first. `onChange`: it ended, or broke a rule. */
  listen(onMessage: (message: Uint8Array) => void, onChange: () => void): void {
    this.#onMessage = onMessage;
    for (const message of this.#arrived.splice(0)) onMessage(message);
    this.#onChange = onChange;
  }

  #onChange: () => void = () => {};

  /** The next message. Rejects where none comes, or the peer closes the pipe. */
  next(what: string): Promise<Uint8Array> {
    return this.#watch.until(
      what,
      () => {
        if (this.#fault !== undefined) throw this.#fault;
        const message = this.#arrived.shift();
        if (message !== undefined) return message;
        if (this.#end !== undefined)
          throw new ConformanceFailure(`${what}: the path was closed with ${this.#endWords}`);
        return undefined;
      },
      this.#options.patienceMs,
      () => "nothing came",
    );
  }

  /** Waits for the peer to close the pipe, with one of these codes where it can say one. Other messages are dropped. */
  async closed(what: string, ...codes: readonly Code[]): Promise<void> {
    const { code } = await this.#watch.until(
      what,
      () => this.#end,
      this.#options.patienceMs,
      () => "the path stayed open",
    );
    if (code === undefined || codes.length === 0 || codes.includes(code)) return;
    throw new ConformanceFailure(`${what}: the path was closed with ${code}, expected ${codes.join(" or ")}`);
  }

  /** Waits until the peer allows at least so many bytes. */
  async credit(what: string, bytes: number): Promise<void> {
    const probe = () => (this.#allowedBytes >= bytes ? true : undefined);
    const seen = () => `it allows ${this.#allowedBytes} bytes, ${this.#sentBytes} were sent`;
    await this.#watch.until(what, probe, this.#options.patienceMs, seen);
  }

  /** Closes the kit's side. */
  close(code: Code = "closed"): void {
    if (this.#end !== undefined) return;
    this.#end = { code };
    this.#options.release(code);
  }

  /** An envelope of this relay came. */
  receive(envelope: Uint8Array): void {
    const body = envelope.subarray(relayEnvelope.headerBytes);
    if (envelope[0] === relayEnvelope.data && body.length > 0) this.#take(body);
    else if (envelope[0] === relayEnvelope.credit && body.length === 8) this.#allow(body);
    else this.#broke("it sent bytes that are no relay envelope");
    this.#watch.changed();
  }

  /** The peer is gone from this relay. */
  left(code: Code | undefined): void {
    this.#end ??= { code };
    this.#watch.changed();
    this.#onChange();
  }

  get #endWords(): string {
    return this.#end?.code ?? "no code";
  }

  #take(message: Uint8Array): void {
    this.#receivedBytes += message.length;
    if (this.#receivedBytes > this.#grantedBytes) {
      this.#broke(`it sent ${this.#receivedBytes} bytes, credit for ${this.#grantedBytes} was granted`);
    }
    if (message.length > limits.relayMessageBytes) this.#broke(`a message on a relay has ${message.length} bytes`);
    if (this.#onMessage === undefined) this.#arrived.push(message);
    else this.#onMessage(message);
    if (!this.grantsCredit || this.#receivedBytes + limits.relayCreditBytes / 2 < this.#grantedBytes) return;
    this.#grantedBytes = this.#receivedBytes + limits.relayCreditBytes;
    const credit = new Uint8Array(8);
    new DataView(credit.buffer).setBigUint64(0, BigInt(this.#grantedBytes));
    this.#options.sendEnvelope(envelopeOf(relayEnvelope.credit, this.relayId, credit));
  }

  #allow(body: Uint8Array): void {
    const bytes = Number(new DataView(body.buffer, body.byteOffset).getBigUint64(0));
    if (bytes > this.#sentBytes + limits.relayCreditMaxBytes) {
      this.#broke(`it granted ${bytes} bytes when ${this.#sentBytes} had passed; 256 KiB ahead are allowed`);
    }
    this.#allowedBytes = Math.max(this.#allowedBytes, bytes);
    this.#pump();
  }

  #pump(): void {
    for (let message = this.#waiting[0]; message !== undefined; message = this.#waiting[0]) {
      if (this.#end !== undefined || this.#sentBytes + message.length > this.#allowedBytes) return;
      this.#waiting.shift();
      this.#sentBytes += message.length;
      this.#options.sendEnvelope(envelopeOf(relayEnvelope.data, this.relayId, message));
    }
  }

  #broke(message: string): void {
    this.#fault ??= new ConformanceFailure(message, "Signaling");
    this.#onChange();
  }
}

function envelopeOf(kind: number, relayId: number, body: Uint8Array): Uint8Array {
  const envelope = new Uint8Array(relayEnvelope.headerBytes + body.length);
  envelope[0] = kind;
  new DataView(envelope.buffer).setUint32(1, relayId);
  envelope.set(body, relayEnvelope.headerBytes);
  return envelope;
}
