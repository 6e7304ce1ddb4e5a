/**
 * Signaling as an enemy runs it: it joins an agent and a viewer, and does to every message what it is told to.
 * The kinds come from the schemas of the protocol, so a new kind of message is a new kind here.
 */
import {
  fromAgentSchema,
  fromViewerSchema,
  relayEnvelope,
  toAgentSchema,
  toViewerSchema,
} from "@culvert/protocol/signaling";
import { type PeerSocket, startStandIn } from "../../protocol/conformance/src/stand-in-server.ts";

/** Whose socket a message travels on, and which way. */
export type Lane = "to-agent" | "from-agent" | "to-viewer" | "from-viewer";

/** A kind of message: its lane, and its type or the sort of envelope. */
export interface MessageKind {
  readonly lane: Lane;
  readonly type: string;
}

/** A message on its way. */
export type Passing =
  | { readonly sort: "text"; readonly message: { readonly type: string } & Record<string, unknown> }
  | { readonly sort: "bytes"; readonly bytes: Uint8Array };

/** What is done to each message of the chosen kind. */
export type Harm =
  | { readonly type: "drop" | "duplicate" | "reorder" | "replay" }
  | { readonly type: "rewrite"; readonly rewrite: (passing: Passing) => Passing };

/** Every kind of message between signaling and its clients. */
export const messageKinds: readonly MessageKind[] = [
  ...typesOf(toAgentSchema).map((type) => ({ lane: "to-agent", type }) as const),
  ...typesOf(fromAgentSchema).map((type) => ({ lane: "from-agent", type }) as const),
  ...typesOf(toViewerSchema).map((type) => ({ lane: "to-viewer", type }) as const),
  { lane: "from-viewer", type: fromViewerSchema.shape.type.value },
  ...(["to-agent", "from-agent", "to-viewer", "from-viewer"] as const).flatMap((lane) =>
    ["data", "credit"].map((type) => ({ lane, type })),
  ),
];

/** The server while it runs. */
export interface HostileSignaling {
  readonly port: number;
  readonly url: string;
  /** Sends a message of its own making on the agent's or the viewer's socket. */
  forge(lane: "to-agent" | "to-viewer", passing: Passing): void;
  /** All bytes that passed, in hexadecimal. */
  readonly seen: string[];
  stop(): Promise<void>;
}

const replayMs = 150;
/** Kinds that another message of their lane always follows: a viewer that was joined begins, heard of or not. */
const followed: ReadonlySet<string> = new Set(["viewer-joined to-agent"]);

/** Starts it. `harm` is done to each message of `kind`, as often as one comes. */
export async function startHostileSignaling(kind: MessageKind, harm: Harm): Promise<HostileSignaling> {
  const agents: PeerSocket[] = [];
  const viewers = new Map<number, PeerSocket>();
  const seen: string[] = [];
  const held = new Map<Lane, () => void>();
  const timers = new Set<NodeJS.Timeout>();
  let nextRelayId = 1;

  const deliver = (lane: Lane, passing: Passing, hand: (passing: Passing) => void): void => {
    const type = passing.sort === "text" ? passing.message.type : sortOf(passing.bytes);
    if (passing.sort === "bytes") seen.push(Buffer.from(passing.bytes).toString("latin1"));
    const release = held.get(lane);
    held.delete(lane);
    if (lane !== kind.lane || type !== kind.type) hand(passing);
    else if (harm.type === "rewrite") hand(harm.rewrite(passing));
    else if (harm.type !== "drop") later(lane, () => hand(passing));
    release?.();
  };
  const later = (lane: Lane, hand: () => void): void => {
    if (harm.type === "reorder") {
      held.set(lane, hand);
      // By time it would be overtaken or not as busy as the machine is.
      if (followed.has(`${kind.type} ${lane}`)) return;
      // The last message of all is not held for good: that would be a drop.
      after(replayMs, () => {
        if (held.get(lane) !== hand) return;
        held.delete(lane);
        hand();
      });
      return;
    }
    hand();
    if (harm.type === "duplicate") hand();
    else after(replayMs, hand);
  };
  const after = (ms: number, run: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  };
  const hands: Record<"to-agent" | "to-viewer", (passing: Passing, relayId?: number) => void> = {
    "to-agent": (passing) => sendOn(agents.at(-1), passing),
    "to-viewer": (passing, relayId = [...viewers.keys()].at(-1) ?? 0) => sendOn(viewers.get(relayId), passing),
  };
  const send = (lane: "to-agent" | "to-viewer", passing: Passing, relayId?: number): void =>
    deliver(lane, passing, (harmed) => hands[lane](harmed, relayId));
  const tell = (
    lane: "to-agent" | "to-viewer",
    message: { type: string } & Record<string, unknown>,
    relayId?: number,
  ) => send(lane, { sort: "text", message }, relayId);

  const fromAgent = (passing: Passing): void => {
    if (passing.sort === "bytes") {
      send("to-viewer", passing, relayIdOf(passing.bytes));
    } else if (passing.message.type === "hello") {
      tell("to-agent", { type: "welcome", serverTimeMs: Date.now() });
    } else if (passing.message.type === "viewer-dismissed") {
      const relayId = Number(passing.message.relayId);
      tell("to-viewer", { type: "peer-left", code: passing.message.code }, relayId);
      viewers.get(relayId)?.close();
    }
  };
  const server = await startStandIn("127.0.0.1", 0, {
    onApiCall: (call) => call.answer(404, {}),
    onAgent: (socket) => {
      agents.push(socket);
      socket.listen({
        onText: (text) => deliver("from-agent", { sort: "text", message: JSON.parse(text) }, fromAgent),
        onBytes: (bytes) => deliver("from-agent", { sort: "bytes", bytes }, fromAgent),
        onClose: () => {},
      });
      tell("to-agent", { type: "challenge", nonce: "A".repeat(43), serverTimeMs: Date.now() });
    },
    onViewer: (socket) => {
      const relayId = nextRelayId++;
      viewers.set(relayId, socket);
      const fromViewer = (passing: Passing): void => {
        if (passing.sort === "bytes") {
          send("to-agent", passing);
          return;
        }
        const [sessionId, serviceName] = String(passing.message.signalingTicket).split(" ");
        const joined = { relayId, sessionId, serviceName, relayPolicy: "full", iceServers: [] };
        tell("to-agent", { type: "viewer-joined", ...joined });
        tell("to-viewer", { type: "joined", relayId, serverTimeMs: Date.now() }, relayId);
      };
      socket.listen({
        onText: (text) => deliver("from-viewer", { sort: "text", message: JSON.parse(text) }, fromViewer),
        onBytes: (bytes) => deliver("from-viewer", { sort: "bytes", bytes }, fromViewer),
        onClose: () => {
          viewers.delete(relayId);
          tell("to-agent", { type: "viewer-left", relayId, code: "closed" });
        },
      });
    },
  });
  return {
    ...{ port: server.port, url: `ws://127.0.0.1:${server.port}`, seen },
    forge: (lane, passing) => hands[lane](passing),
    async stop() {
      for (const timer of timers) clearTimeout(timer);
      await server.stop();
    },
  };
}

function sendOn(socket: PeerSocket | undefined, passing: Passing): void {
  if (passing.sort === "text") socket?.tell(passing.message);
  else socket?.sendBytes(passing.bytes);
}

function sortOf(bytes: Uint8Array): string {
  return bytes[0] === relayEnvelope.credit ? "credit" : "data";
}

function relayIdOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
}

function typesOf(schema: {
  readonly options: readonly { readonly shape: { readonly type: { readonly value: string } } }[];
}) {
  return schema.options.map(({ shape }) => shape.type.value);
}
