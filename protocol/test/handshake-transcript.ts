/** Runs an opening, an attachment and a refused opening with fixed keys, and notes every byte on their paths. */
import { createAcceptor, openTunnel, type SessionContext } from "../src/endpoint/index.ts";
import { createNoblePrimitives, nobleKeyPair } from "../src/seal/noble.ts";
import type { SealPrimitives } from "../src/seal/primitives.ts";
import { createFakeClock } from "../src/testing/fake-clock.ts";
import { createMemoryPathPair } from "../src/testing/memory-path.ts";
import { toHex } from "../src/wire/hex.ts";

/** One exchange of first messages, as hexadecimal. */
export interface Exchange {
  readonly pathId: number;
  readonly viewerEphemeralSecret: string;
  readonly agentEphemeralSecret: string;
  /** The opening or attachment. */
  readonly first: string;
  readonly answer: string;
  /** The viewer's first sealed message, absent after a refusal. */
  readonly confirmation?: string;
}

/** A tunnel's handshakes with everything that they depend on. */
export interface Transcript {
  readonly session: Omit<SessionContext, "relayPolicy">;
  readonly version: number;
  readonly token: string;
  readonly tunnelId: string;
  readonly viewerStaticSecret: string;
  readonly agentStaticSecret: string;
  readonly opening: Exchange;
  readonly attachment: Exchange;
  readonly refusedOpening: Exchange;
}

const fixed = (byte: number, lengthBytes = 32): Uint8Array => new Uint8Array(lengthBytes).fill(byte);
const session = {
  sessionId: "aaaaaaaaaaaaaaaaaaaaaaaaaa",
  serverId: "bbbbbbbbbbbbbbbbbbbbbbbbbb",
  serviceId: "cccccccccccccccccccccccccc",
} as const;
const token = "a.token.of-the-control-plane";
const tunnelId = fixed(0x7a, 16);

/** The transcript; the same on every run. */
export async function runTranscript(): Promise<Transcript> {
  const clock = createFakeClock();
  const context: SessionContext = { ...session, relayPolicy: "full" };
  const viewerPrimitives = withEphemerals(0x11, 0x12, 0x13);
  let isAdmitting = true;
  const acceptor = createAcceptor({
    primitives: withEphemerals(0x21, 0x22, 0x23),
    clock,
    noiseKey: nobleKeyPair(fixed(0x02)),
    admit: async () =>
      isAdmitting
        ? { type: "accepted" }
        : { type: "refused", code: "expired", message: "the token is over", hint: "Open it again." },
    onTunnel: () => {},
  });
  const open = (path: ReturnType<typeof recordedPath>, id: Uint8Array) => {
    acceptor.accept(path.pair.second, context);
    return openTunnel({
      ...context,
      path: path.pair.first,
      pathId: 1,
      primitives: viewerPrimitives,
      clock,
      deviceKey: nobleKeyPair(fixed(0x01)),
      agentNoiseKey: nobleKeyPair(fixed(0x02)).publicKey,
      token,
      tunnelId: id,
    });
  };

  const first = recordedPath();
  const viewer = await open(first, tunnelId);
  await clock.settle();
  const second = recordedPath();
  acceptor.accept(second.pair.second, context);
  await viewer.attachPath(2, second.pair.first);
  await clock.settle();
  isAdmitting = false;
  const third = recordedPath();
  await open(third, fixed(0x7b, 16)).catch(() => {});
  acceptor.close("closed", "the transcript is complete");

  return {
    session,
    version: 1,
    token,
    tunnelId: toHex(tunnelId),
    viewerStaticSecret: toHex(fixed(0x01)),
    agentStaticSecret: toHex(fixed(0x02)),
    opening: first.exchange(1, 0x11, 0x21),
    attachment: second.exchange(2, 0x12, 0x22),
    refusedOpening: third.exchange(1, 0x13, 0x23),
  };
}

/** Primitives whose ephemeral secrets are the given bytes, 32 times each. */
function withEphemerals(...bytes: readonly number[]): SealPrimitives {
  const left = [...bytes];
  return {
    ...createNoblePrimitives((lengthBytes) => fixed(0, lengthBytes)),
    generateKeyPair: () => {
      const byte = left.shift();
      if (byte === undefined) throw new Error("the transcript has no more ephemeral keys");
      return nobleKeyPair(fixed(byte));
    },
  };
}

function recordedPath() {
  const sent: { readonly first: string[]; readonly second: string[] } = { first: [], second: [] };
  const pair = createMemoryPathPair({
    kind: "relay",
    tamper: (message, from) => {
      sent[from].push(toHex(message));
      return message;
    },
  });
  return {
    pair,
    exchange: (pathId: number, viewerEphemeral: number, agentEphemeral: number): Exchange => {
      const confirmation = sent.first[1];
      return {
        pathId,
        viewerEphemeralSecret: toHex(fixed(viewerEphemeral)),
        agentEphemeralSecret: toHex(fixed(agentEphemeral)),
        first: sent.first[0] ?? "",
        answer: sent.second[0] ?? "",
        ...(confirmation === undefined ? {} : { confirmation }),
      };
    },
  };
}
