/** Handshakes and sealed messages: raw bytes on a path, and payloads that are sealed rightly but say anything. */
import { TunnelError } from "@culvert/protocol";
import {
  type AgentTunnel,
  createAcceptor,
  openTunnel,
  type Path,
  type SessionContext,
  type TunnelAcceptor,
  type ViewerTunnel,
} from "@culvert/protocol/endpoint";
import { createMessageSealer, HandshakeState } from "@culvert/protocol/seal";
import { createFakeClock, createMemoryPathPair, type FakeClock } from "@culvert/protocol/testing";
import { encodeObject } from "@culvert/protocol/wire";
import { nodePrimitives } from "../../peer-agent/src/sealing/node-primitives.ts";
import { attachPrologue, openingPrologue } from "../../protocol/src/endpoint/prologue.ts";
import { demand, type FuzzTarget } from "./fuzz-target.ts";
import { handshakeMessages, messages, objects } from "./known-inputs.ts";
import { mutated } from "./mutations.ts";

const context: SessionContext = { sessionId: "s", serverId: "a", serviceId: "v", relayPolicy: "full" };
const noiseKey = await nodePrimitives.generateKeyPair();
const deviceKey = await nodePrimitives.generateKeyPair();
const tunnelId = new Uint8Array(16).fill(9);
const prologue = openingPrologue(1, 1, context);
const initiator = () =>
  new HandshakeState({
    ...{ pattern: "IK", role: "initiator", primitives: nodePrimitives, prologue },
    ...{ staticKey: deviceKey, remoteStaticKey: noiseKey.publicKey },
  });

/** Both sides' handshakes take so long at most. */
const handshakeMs = 11_000;

export const handshakeTargets: readonly FuzzTarget[] = [
  {
    name: "first-messages",
    input: (random) => mutated(handshakeMessages, random),
    run: (input) => meetAgent((path) => path.send(input)),
  },
  {
    name: "opening-payloads",
    input: (random) => mutated(objects, random),
    run: (input) =>
      meetAgent(async (path) => {
        const noise = await initiator().writeMessage(input);
        path.send(Uint8Array.from([0x01, 0x01, 0x01, ...noise]));
      }),
  },
  {
    name: "answers",
    input: (random) => mutated(handshakeMessages, random),
    run: (input) => meetViewer(async () => input),
  },
  {
    name: "answer-payloads",
    input: (random) => mutated(objects, random),
    run: (input) =>
      meetViewer(async (first) => {
        const responder = new HandshakeState({
          ...{ pattern: "IK", role: "responder", primitives: nodePrimitives, prologue, staticKey: noiseKey },
        });
        await responder.readMessage(first.subarray(3));
        return Uint8Array.from([0x03, ...(await responder.writeMessage(input))]);
      }),
  },
  {
    name: "sealed",
    input: (random) => mutated(messages, random),
    run: (input) => meetTunnel(input, false),
  },
  {
    name: "attachments",
    input: (random) => mutated([...handshakeMessages, ...objects], random),
    run: (input) => meetTunnel(input, true),
  },
  {
    name: "attachment-payloads",
    input: (random) => mutated(objects, random),
    run: attachWith,
  },
];

/** Only an acceptor and a raw path: at worst the path is closed, and nothing is left. */
async function meetAgent(send: (path: Path) => void | Promise<void>): Promise<void> {
  const clock = createFakeClock();
  const opened: AgentTunnel[] = [];
  const acceptor = acceptorOf(clock, opened);
  const pair = createMemoryPathPair({ kind: "relay" });
  pair.first.attach({ onMessage() {}, onDrain() {}, onClose() {} });
  acceptor.accept(pair.second, context);
  await send(pair.first);
  await clock.advance(handshakeMs);
  demand(opened.length === 0, "a tunnel came to be without a confirmation");
  acceptor.close("closed", "done");
  demand(clock.pendingTimers() === 0, "a timer is left");
}

/** A viewer whose agent answers anything. */
async function meetViewer(answer: (first: Uint8Array) => Promise<Uint8Array>): Promise<void> {
  const clock = createFakeClock();
  const pair = createMemoryPathPair({ kind: "relay" });
  let hasAnswered = false;
  pair.second.attach({
    onMessage: (message) => {
      if (hasAnswered) return;
      hasAnswered = true;
      void answer(message).then((bytes) => pair.second.send(bytes));
    },
    onDrain() {},
    onClose() {},
  });
  const opening = opened(clock, pair.first);
  await clock.advance(handshakeMs);
  const tunnel = await opening;
  if (tunnel instanceof TunnelError) return;
  tunnel.close("closed", "done");
  await clock.advance(handshakeMs);
  demand(clock.pendingTimers() === 0, "a timer is left");
}

/** A live tunnel; then its path, or an attaching one, brings the bytes. The tunnel lives, and takes a clean path. */
async function meetTunnel(input: Uint8Array, isAttachment: boolean): Promise<void> {
  const clock = createFakeClock();
  const agents: AgentTunnel[] = [];
  const acceptor = acceptorOf(clock, agents);
  const pair = createMemoryPathPair({ kind: "relay" });
  acceptor.accept(pair.second, context);
  const opening = opened(clock, pair.first);
  await clock.settle();
  const tunnel = await opening;
  const [agent] = agents;
  if (tunnel instanceof TunnelError || agent === undefined) throw new Error("the tunnel did not open");
  if (isAttachment) {
    const raw = createMemoryPathPair({ kind: "relay" });
    const attaching = agent.acceptPath(2, raw.second).then(
      () => demand(false, "a forged attachment was accepted"),
      (fault: unknown) => demand(fault instanceof TunnelError && fault.scope === "path", "no path's fault"),
    );
    raw.first.send(input);
    await clock.advance(handshakeMs);
    await attaching;
  } else {
    pair.first.send(input);
    await clock.settle();
  }
  demand(agent.state !== "closed" && tunnel.state !== "closed", "a forged message ended the tunnel");
  const clean = createMemoryPathPair();
  const attached = Promise.all([tunnel.attachPath(3, clean.first), agent.acceptPath(3, clean.second)]);
  await clock.settle();
  await attached;
  tunnel.close("closed", "done");
  await clock.advance(handshakeMs);
  acceptor.close("closed", "done");
  demand(clock.pendingTimers() === 0, "a timer is left");
}

/** A viewer that opened a tunnel rightly attaches a path whose payload says anything: at worst that path is closed. */
async function attachWith(input: Uint8Array): Promise<void> {
  const clock = createFakeClock();
  const agents: AgentTunnel[] = [];
  const acceptor = acceptorOf(clock, agents);
  const opening = initiator();
  const request = { token: "t", tunnelId, versions: { min: 1, max: 1 }, capabilities: [] };
  const noise = await opening.writeMessage(encodeObject(request));
  const answered = Promise.withResolvers<Uint8Array>();
  const send = joinAs(acceptor, answered.resolve);
  send(Uint8Array.from([0x01, 0x01, 0x01, ...noise]));
  await opening.readMessage((await answered.promise).subarray(1));
  const keys = await opening.keys();
  send(await createMessageSealer(keys.sendKey).seal(new Uint8Array(0)));
  await clock.settle();
  const attaching = new HandshakeState({
    ...{ pattern: "NNpsk0", role: "initiator", primitives: nodePrimitives },
    ...{ prologue: attachPrologue(1, 2, tunnelId), psk: keys.exportSecret("culvert tunnel psk") },
  });
  let answer: Uint8Array | undefined;
  const sendMore = joinAs(acceptor, (message) => {
    answer = message;
  });
  sendMore(Uint8Array.from([0x02, 0x01, 0x02, ...tunnelId, ...(await attaching.writeMessage(input))]));
  await clock.settle();
  if (answer !== undefined) {
    await attaching.readMessage(answer.subarray(1));
    sendMore(await createMessageSealer((await attaching.keys()).sendKey).seal(new Uint8Array(0)));
    await clock.settle();
  }
  demand(agents.length === 1, "the tunnel did not open");
  await clock.advance(handshakeMs);
  acceptor.close("closed", "done");
  await clock.advance(1_000);
  demand(clock.pendingTimers() === 0, "a timer is left");
}

/** Joins as a raw viewer; gives what sends on the path. */
function joinAs(acceptor: TunnelAcceptor, onMessage: (message: Uint8Array) => void): (message: Uint8Array) => void {
  const pair = createMemoryPathPair({ kind: "relay" });
  acceptor.accept(pair.second, context);
  pair.first.attach({ onMessage, onDrain() {}, onClose() {} });
  return (message) => pair.first.send(message);
}

function acceptorOf(clock: FakeClock, opened: AgentTunnel[]) {
  return createAcceptor({
    ...{ primitives: nodePrimitives, clock, noiseKey },
    admit: async () => ({ type: "accepted" }),
    onTunnel: (tunnel) => opened.push(tunnel),
  });
}

function opened(clock: FakeClock, path: Path): Promise<ViewerTunnel | TunnelError> {
  return openTunnel({
    ...context,
    ...{ path, pathId: 1, primitives: nodePrimitives, clock, deviceKey, token: "t" },
    agentNoiseKey: noiseKey.publicKey,
  }).catch((thrown: unknown) => {
    if (thrown instanceof TunnelError) return thrown;
    throw thrown;
  });
}
