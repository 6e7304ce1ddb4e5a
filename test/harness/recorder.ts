/**
 * A TCP proxy in front of a server that counts and may keep every byte in both directions: what an operator, or anybody
 * on the way, could have seen. Invariant: it changes nothing, but for `cut`.
 */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Transform } from "node:stream";

/** Both directions of one connection. */
export interface RecordedConnection {
  readonly fromClient: Buffer;
  readonly fromServer: Buffer;
}

/** A proxy that listens on 127.0.0.1. */
export interface Recorder {
  readonly port: number;
  /** All bytes so far, both directions. */
  readonly byteCount: number;
  /** What was kept, by connection in the order of their start. */
  connections(): readonly RecordedConnection[];
  /** Where to pass connections on to; connections before are refused. */
  pointAt(port: number): void;
  /** What comes from now on waits so long in each direction, its order kept; 0 at first. */
  delay(delayMs: number): void;
  /** Ends every connection that stands, as a node that dies does; new ones are taken at once. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts a recorder on a free port. `keepsBytes`: false counts only. */
export async function startRecorder(options: { readonly keepsBytes: boolean }): Promise<Recorder> {
  const kept: { readonly client: Buffer[]; readonly server: Buffer[] }[] = [];
  const sockets = new Set<Socket>();
  let byteCount = 0;
  let targetPort: number | undefined;
  let delayMs = 0;

  const server = createServer((client) => {
    if (targetPort === undefined) {
      client.destroy();
      return;
    }
    const target = connect(targetPort, "127.0.0.1");
    const record = { client: [] as Buffer[], server: [] as Buffer[] };
    kept.push(record);
    pass(client, target, record.client);
    pass(target, client, record.server);
  });

  function pass(from: Socket, to: Socket, bytes: Buffer[]): void {
    sockets.add(from);
    from.on("data", (chunk) => {
      byteCount += chunk.length;
      if (options.keepsBytes) bytes.push(chunk);
    });
    from.pipe(delayed(() => delayMs)).pipe(to);
    from.on("error", () => to.destroy());
    from.on("close", () => {
      sockets.delete(from);
      // After an end the pipe ends the other side itself, once it has passed on what is delayed.
      if (!from.readableEnded) to.destroy();
    });
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get byteCount() {
      return byteCount;
    },
    connections: () =>
      kept.map(({ client, server: answers }) => ({
        fromClient: Buffer.concat(client),
        fromServer: Buffer.concat(answers),
      })),
    pointAt: (port) => {
      targetPort = port;
    },
    delay: (ms) => {
      delayMs = ms;
    },
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}

/** Passes chunks on, each after the delay of the moment it came in, in order; its end waits for all of them. */
function delayed(delayMs: () => number): Transform {
  const waiting: Promise<void>[] = [];
  return new Transform({
    transform(chunk, _encoding, done) {
      const ms = delayMs();
      if (ms === 0 && waiting.length === 0) {
        done(null, chunk);
        return;
      }
      const before = waiting.at(-1);
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(promise);
      setTimeout(async () => {
        await before;
        if (!this.destroyed) this.push(chunk);
        waiting.shift();
        resolve();
      }, ms);
      done();
    },
    flush(done) {
      Promise.all(waiting).then(() => done());
    },
  });
}
