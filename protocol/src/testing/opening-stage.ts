/** A viewer and an agent that open tunnels over memory paths, with what tests look at. */
import type { Code } from "../codes.ts";
import { createAcceptor } from "../endpoint/accept-tunnel.ts";
import { openTunnel } from "../endpoint/open-tunnel.ts";
import type {
  Admission,
  AdmissionRequest,
  AgentTunnel,
  OpenTunnelOptions,
  SessionContext,
  TunnelAcceptor,
  ViewerTunnel,
} from "../endpoint/opening-api.ts";
import type { Path } from "../endpoint/path.ts";
import { createNoblePrimitives, nobleKeyPair } from "../seal/noble.ts";
import type { DhKeyPair, SealPrimitives } from "../seal/primitives.ts";
import { createFakeClock, type FakeClock } from "./fake-clock.ts";
import { createMemoryPathPair, type MemoryPathOptions, type MemoryPathPair } from "./memory-path.ts";

/** A remote session as both peers know it. */
export const stageContext: SessionContext = {
  sessionId: "session-a",
  serverId: "server-a",
  serviceId: "service-a",
  relayPolicy: "full",
};

/** How a path came to its end, as the viewer's side heard it. */
export interface HeardClose {
  readonly code: Code;
  readonly reason: string;
}

/** Everything that an opening needs, with fixed keys and counted randomness. */
export interface OpeningStage {
  readonly clock: FakeClock;
  readonly acceptor: TunnelAcceptor;
  readonly deviceKey: DhKeyPair;
  readonly otherDeviceKey: DhKeyPair;
  /** Tunnels that the agent was given, in order. */
  readonly agentTunnels: AgentTunnel[];
  /** What the agent program was asked. */
  readonly asked: AdmissionRequest[];
  /** What it answers; accepted at first. */
  admission: Admission | Promise<Admission> | Error;
  /** A relay path that the acceptor took over already; `first` is the viewer's end. */
  relay(options?: MemoryPathOptions, context?: SessionContext): MemoryPathPair;
  /** Opens over a path, a fresh relay path where none is given. */
  open(changes?: Partial<OpenTunnelOptions>): Promise<ViewerTunnel>;
}

/** A stage. Randomness is the SHA-256 of a counter, so that every run is the same; `adapt` changes the primitives. */
export function createOpeningStage(
  seed = 0,
  adapt: (primitives: SealPrimitives) => SealPrimitives = (primitives) => primitives,
): OpeningStage {
  const clock = createFakeClock();
  const primitives = adapt(countedPrimitives(seed));
  const noiseKey = nobleKeyPair(new Uint8Array(32).fill(2));
  const deviceKey = nobleKeyPair(new Uint8Array(32).fill(1));
  const agentTunnels: AgentTunnel[] = [];
  const asked: AdmissionRequest[] = [];
  const acceptor = createAcceptor({
    primitives,
    clock,
    noiseKey,
    admit: async (request) => {
      asked.push(request);
      if (stage.admission instanceof Error) throw stage.admission;
      return stage.admission;
    },
    onTunnel: (tunnel) => agentTunnels.push(tunnel),
  });
  const stage: OpeningStage = {
    clock,
    acceptor,
    deviceKey,
    otherDeviceKey: nobleKeyPair(new Uint8Array(32).fill(3)),
    agentTunnels,
    asked,
    admission: { type: "accepted" },
    relay: (options = {}, context = stageContext) => {
      const pair = createMemoryPathPair({ kind: "relay", ...options });
      acceptor.accept(pair.second, context);
      return pair;
    },
    open: (changes = {}) =>
      openTunnel({
        ...stageContext,
        path: changes.path ?? stage.relay().first,
        pathId: 1,
        primitives,
        clock,
        deviceKey,
        agentNoiseKey: noiseKey.publicKey,
        token: "token-a",
        ...changes,
      }),
  };
  return stage;
}

/** Noble primitives whose random bytes follow a counter. */
export function countedPrimitives(seed: number): SealPrimitives {
  let draws = 0;
  const primitives: SealPrimitives = createNoblePrimitives((lengthBytes) => {
    draws += 1;
    return primitives.sha256(Uint8Array.of(seed, draws >> 8, draws)).slice(0, lengthBytes);
  });
  return primitives;
}

/** Listens on a raw path: messages that came, and its end. */
export function listen(path: Path): { readonly messages: Uint8Array[]; readonly closes: HeardClose[] } {
  const messages: Uint8Array[] = [];
  const closes: HeardClose[] = [];
  path.attach({
    onMessage: (message) => messages.push(message),
    onDrain: () => {},
    onClose: (code, reason) => closes.push({ code, reason }),
  });
  return { messages, closes };
}
