/** Whole endpoints whose peer is authenticated and hostile: its messages open, and say anything. */
import { TunnelError } from "@culvert/protocol";
import type { ByteStream } from "@culvert/protocol/endpoint";
import { ControlChannel, openWebSocket, receiveRequest, receiveWebSocket, sendRequest } from "@culvert/protocol/http";
import { createFakeClock, createMemoryPathPair, plainCipher } from "@culvert/protocol/testing";
import { createEndpoint } from "../../protocol/src/endpoint/endpoint.ts";
import type { SeededRandom } from "../../protocol/src/testing/random.ts";
import { demand, type FuzzTarget } from "./fuzz-target.ts";
import { messages, recordRuns } from "./known-inputs.ts";
import { mutated } from "./mutations.ts";

/** Programs of up to so many messages, each `path, length (2 bytes), bytes`. */
const mostMessages = 12;

export const tunnelTargets: readonly FuzzTarget[] = [
  { name: "agent-tunnel", input: program, run: (input) => meet("agent", input) },
  { name: "viewer-tunnel", input: program, run: (input) => meet("viewer", input) },
];

function program(random: SeededRandom): Uint8Array {
  const parts: number[] = [];
  for (let count = random.whole(1, mostMessages); count > 0; count -= 1) {
    const message = random.chance(0.4) ? streamMessage(random) : mutated(messages, random);
    const kept = message.subarray(0, 2_000);
    parts.push(random.whole(0, 1), kept.length >> 8, kept.length & 0xff, ...kept);
  }
  return Uint8Array.from(parts);
}

/** A frame that opens or goes on with a stream, with records in it. */
function streamMessage(random: SeededRandom): Uint8Array {
  const bytes = mutated(recordRuns, random).subarray(0, 1_000);
  const id = random.whole(0, 9);
  const offset = random.pick([0, 0, 0, random.whole(0, 63)]);
  const type = random.pick([0x0a, 0x0a, 0x0b, 0x08, 0x09]);
  const kind = (type & 2) === 0 ? [] : [id === 0 ? 0 : random.whole(1, 3)];
  return Uint8Array.from([type, id, offset, ...kind, 0x40 | (bytes.length >> 8), bytes.length & 0xff, ...bytes]);
}

async function meet(role: "agent" | "viewer", input: Uint8Array): Promise<void> {
  const clock = createFakeClock();
  const endpoint = createEndpoint({ role, tunnelId: new Uint8Array(16), clock, relayPolicy: "full" });
  const pipes = [1, 2].map((pathId) => {
    const pair = createMemoryPathPair({ kind: pathId === 1 ? "relay" : "direct" });
    pair.first.attach({ onMessage() {}, onDrain() {}, onClose() {} });
    endpoint.addSealedPath({ pathId, path: pair.second, ...plainCipher });
    return pair.first;
  });
  const uses: Promise<void>[] = [];
  const use = (work: Promise<unknown>): void => void uses.push(typed(work));
  endpoint.onStream((stream) => use(serve(stream)));
  const control = new ControlChannel(endpoint.control);
  use(control.receive());
  if (role === "viewer") {
    use(ask(endpoint.openStream("http")));
    use(openWebSocket(endpoint.openStream("websocket"), { path: "/", headers: [], protocols: [] }));
  }
  await clock.settle();
  for (let at = 0; at + 3 <= input.length; ) {
    const length = ((input[at + 1] ?? 0) << 8) | (input[at + 2] ?? 0);
    const message = plainCipher.sealer.seal(input.subarray(at + 3, at + 3 + length));
    if (message instanceof Uint8Array) pipes[(input[at] ?? 0) & 1]?.send(message);
    at += 3 + length;
    await clock.settle();
  }
  await clock.advance(3_000);
  endpoint.close("closed", "done");
  await clock.advance(1_000);
  await Promise.all(uses);
  demand(clock.pendingTimers() === 0, "a timer is left");
}

async function serve(stream: ByteStream): Promise<void> {
  if (stream.kind === "http") {
    const request = await receiveRequest(stream);
    await request.writeHead({ status: 200, statusText: "OK", headers: [] });
    for (let bytes = await request.readBody(); bytes !== null; bytes = await request.readBody()) {
      await request.writeBody(bytes);
    }
    await request.endBody();
  } else if (stream.kind === "websocket") {
    const received = await receiveWebSocket(stream);
    const channel = received.accept({ protocol: "", headers: [] });
    for (let event = await channel.receive(); event.type !== "close"; event = await channel.receive());
  } else {
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) await stream.write(bytes);
    stream.end();
  }
}

async function ask(stream: ByteStream): Promise<void> {
  const request = sendRequest(stream, { method: "GET", path: "/", headers: [], hasBody: false });
  await request.readHead();
  for (let bytes = await request.readBody(); bytes !== null; bytes = await request.readBody());
}

/** What a peer does to a call is a TunnelError. */
function typed(work: Promise<unknown>): Promise<void> {
  return work.then(
    () => {},
    (thrown: unknown) => {
      if (!(thrown instanceof TunnelError)) throw thrown;
    },
  );
}
