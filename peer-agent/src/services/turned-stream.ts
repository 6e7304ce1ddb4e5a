/**
 * A viewer's stream whose failure is told in the viewer's turn: a tunnel that ends with hundreds of streams gives them up
 * one after the other. Invariant: each rejection takes a turn; what comes in order does not.
 */
import type { Code } from "@culvert/protocol";
import type { ByteStream } from "@culvert/protocol/endpoint";
import type { ViewerTurns } from "./work-turns.ts";

/** The same stream, failing in turn. */
export class TurnedStream implements ByteStream {
  readonly id: number;
  readonly kind: ByteStream["kind"];
  readonly messageRoom?: NonNullable<ByteStream["messageRoom"]>;
  readonly closed: Promise<void>;
  readonly #stream: ByteStream;
  readonly #turns: ViewerTurns;

  constructor(stream: ByteStream, turns: ViewerTurns) {
    this.id = stream.id;
    this.kind = stream.kind;
    if (stream.messageRoom !== undefined) this.messageRoom = stream.messageRoom;
    this.#stream = stream;
    this.#turns = turns;
    this.closed = this.#inTurn(stream.closed);
  }

  read(): Promise<Uint8Array | null> {
    return this.#inTurn(this.#stream.read());
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#inTurn(this.#stream.write(bytes));
  }

  end(): void {
    this.#stream.end();
  }

  reset(code: Code): void {
    this.#stream.reset(code);
  }

  stop(code: Code): void {
    this.#stream.stop(code);
  }

  acknowledgedBytes(): number {
    return this.#stream.acknowledgedBytes();
  }

  #inTurn<T>(settling: Promise<T>): Promise<T> {
    const failing = async (thrown: unknown): Promise<never> => {
      await this.#turns.take();
      throw thrown;
    };
    const settled = settling.catch(failing);
    // A rejection that nobody looks at must not end the process; whoever awaits it still sees it.
    settled.catch(() => {});
    return settled;
  }
}
