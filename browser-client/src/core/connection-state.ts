/** What a connection tells of itself, and which faults end it. */
import type { Code, TunnelError } from "@culvert/protocol";
import type { PathStatus } from "@culvert/protocol/endpoint";
import type { AppViewPath, BootStep } from "../app-view-api.ts";

/** Steps of the boot that the connection goes through, in order. */
export type ConnectionStep = Extract<BootStep["name"], "session" | "agent" | "relay" | "direct">;

/** The connection as the page shows it. `lost`: attempts go on. `failed`: they do not, until `retry`. */
export type ConnectionState =
  | { readonly phase: "connecting" }
  | {
      readonly phase: "open";
      readonly pathKind: PathStatus["kind"];
      readonly rttMs: number | undefined;
      /** Why the last attempt at a direct path failed, while there is none. */
      readonly directFault?: Fault;
    }
  | (Fault & { readonly phase: "lost"; readonly attempt: number })
  | (Fault & { readonly phase: "failed" })
  | { readonly phase: "closed" };

/** A fault in words. */
export interface Fault {
  readonly code: Code;
  readonly message: string;
  readonly hint: string;
}

/** Codes after which another attempt would end the same way. */
const finalCodes: ReadonlySet<Code> = new Set<Code>([
  "version-unsupported",
  "unauthenticated",
  "forbidden",
  "not-found",
  "wrong-server",
  "wrong-device",
  "policy",
  "unsupported",
  "invalid-request",
  "revoked",
  "approval-needed",
  "key-changed",
  "pin-needed",
]);

/** True where waiting does not help. */
export function isFinal(code: Code): boolean {
  return finalCodes.has(code);
}

/** An error as plain words, ready for the page. */
export function faultOf(error: TunnelError): Fault {
  return { code: error.code, message: error.message, hint: error.hint };
}

const kindRank = { direct: 0, turn: 1, relay: 2 } as const;

/**
 * The path that a person should see: of those that app streams may use one that moves, then of the best kind the one that
 * answers soonest. What is pressed goes on a path that bulk keeps off: round trips behind a transfer say nothing of it.
 */
export function bestPath(paths: readonly PathStatus[], relayCarriesApp: boolean): PathStatus | undefined {
  return paths
    .filter(({ state }) => state === "active" || state === "suspect")
    .filter(({ kind }) => kind !== "relay" || relayCarriesApp)
    .sort(
      (one, other) =>
        stateRank(one) - stateRank(other) ||
        kindRank[one.kind] - kindRank[other.kind] ||
        roundTripMs(one) - roundTripMs(other),
    )[0];
}

function roundTripMs({ rttMs }: PathStatus): number {
  return rttMs ?? Number.MAX_VALUE;
}

function stateRank({ state }: PathStatus): number {
  return state === "active" ? 0 : 1;
}

/** A path as the page is told of it. */
export function pathView(path: PathStatus): AppViewPath {
  const { pathId, kind, state, rttMs, appShare = "none", sentBytesPerSecond = 0, receivedBytesPerSecond = 0 } = path;
  const { sentBytes, receivedBytes } = path;
  return {
    ...{ pathId, kind, rttMs, sentBytesPerSecond, receivedBytesPerSecond, sentBytes, receivedBytes },
    isTrusted: state === "active",
    carries: appShare,
  };
}
