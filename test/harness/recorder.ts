/**
 * A TCP proxy in front of a server that counts and may keep every byte in both directions: what an operator, or anybody
 * on the way, could have seen. Invariant: it changes nothing, but for `cut`.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { Transform } from "node:stream";

/** Both directions of one connection. */
export interface RecordedConnection {
  readonly fromClient: Buffer;
  readonly fromServer: Buffer;
}

/** A proxy that listens on 127.0.0.1. */
export interface Recorder {
  readonly port: number;
  /** Ports beside it, which lead to the same server. */
  readonly appPorts: readonly number[];
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

/** What a recorder is started with. */
export interface RecorderOptions {
  /** False counts only. */
  readonly keepsBytes: boolean;
  /** So many more ports that follow one another lead to the same server. */
  readonly appPortCount?: number;
}

/** Starts a recorder on a free port. */
export async function startRecorder(options: RecorderOptions): Promise<Recorder> {
  const kept: { readonly client: Buffer[]; readonly server: Buffer[] }[] = [];
  const sockets = new Set<Socket>();
  let byteCount = 0;
  let targetPort: number | undefined;
  let delayMs = 0;

  const take = (client: Socket): void => {
    if (targetPort === undefined) {
      client.destroy();
      return;
    }
    const target = connect(targetPort, "127.0.0.1");
    const record = { client: [] as Buffer[], server: [] as Buffer[] };
    kept.push(record);
    pass(client, target, record.client);
    pass(target, client, record.server);
  };
  const server = createServer(take);

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
  const appServers = await listenInARow(options.appPortCount ?? 0, take);
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    appPorts: appServers.map((one) => (one.address() as AddressInfo).port),
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
        for (const one of appServers) one.close();
        cut();
      }),
  };
}

/** Servers on ports that follow one another, anywhere below those that connections are given. */
async function listenInARow(count: number, take: (client: Socket) => void): Promise<Server[]> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 12_000);
    const servers = Array.from({ length: count }, () => createServer(take));
    const outcomes = await Promise.all(servers.map((server, index) => isListening(server, first + index)));
    if (outcomes.every((isFree) => isFree)) return servers;
    for (const [index, server] of servers.entries()) if (outcomes[index]) server.close();
  }
}

function isListening(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
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
