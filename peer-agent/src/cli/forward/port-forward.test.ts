import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { TunnelError } from "@culvert/protocol";
import { afterEach, expect, test } from "vitest";
import { forwardPort, type PortForward } from "./port-forward.ts";

let forward: PortForward | undefined;
afterEach(() => forward?.close());

/** A far end that keeps what it gets and answers once the near side has ended. */
class Answering extends Duplex {
  readonly #parts: Buffer[] = [];
  override _read(): void {}
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#parts.push(chunk);
    done();
  }
  override _final(done: () => void): void {
    this.push(`heard ${Buffer.concat(this.#parts).toString()}`);
    this.push(null);
    done();
  }
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  await once(socket, "connect");
  return socket;
}

async function textOf(socket: Socket): Promise<string> {
  let text = "";
  for await (const part of socket.setEncoding("utf8")) text += part;
  return text;
}

function start(open: () => Promise<Duplex>) {
  const counts: number[] = [];
  const errors: (TunnelError | undefined)[] = [];
  const ended = Promise.withResolvers<void>();
  const started = forwardPort({
    ...{ port: 0, connect: open },
    onOpened: (count) => counts.push(count),
    onClosed: (count, error) => {
      counts.push(count);
      errors.push(error);
      if (count === 0) ended.resolve();
    },
  });
  return { started, counts, errors, ended: ended.promise };
}

test("each connection is a stream of its own, and may end its own side first", async () => {
  const { started, counts, ended } = start(async () => new Answering());
  forward = await started;
  const [one, two] = [await dial(forward.port), await dial(forward.port)];
  one.end("one");
  two.end("two");
  expect(await Promise.all([textOf(one), textOf(two)])).toEqual(["heard one", "heard two"]);
  await ended;
  expect(counts.toSorted()).toEqual([0, 1, 1, 2]);
});

test("a connection that cannot be carried is cut with the reason told, and the next one is carried", async () => {
  const refusal = new TunnelError("target-unreachable", "Nothing answers on port 5432.");
  let isDown = true;
  const { started, errors, ended } = start(async () => {
    if (isDown) throw refusal;
    return new Answering();
  });
  forward = await started;
  const cut = await dial(forward.port);
  expect(await textOf(cut).catch(() => "")).toBe("");
  await ended;
  expect(errors).toEqual([refusal]);
  isDown = false;
  const carried = await dial(forward.port);
  carried.end("again");
  expect(await textOf(carried)).toBe("heard again");
});

test("a port that is taken is told, with what to do", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const taken = forwardPort({ port, connect: async () => new Answering(), onOpened() {}, onClosed() {} });
  await expect(taken).rejects.toMatchObject({
    message: `Port ${port} is taken by another program of this machine`,
    hint: expect.stringContaining("another port"),
  });
  other.close();
});

test("closing cuts what there is", async () => {
  const { started } = start(async () => new Answering());
  forward = await started;
  const socket = await dial(forward.port);
  const closed = once(socket, "close");
  socket.resume();
  socket.on("end", () => socket.end());
  socket.on("error", () => {});
  await forward.close();
  await closed;
});
