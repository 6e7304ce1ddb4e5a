/** What makes one process a node among others: the bus, who lives, what all must hear of, the pulse that keeps it so. */
import { createHash } from "node:crypto";
import type { SignInEnd } from "../accounts/index.ts";
import type { Bus } from "../bus/index.ts";
import { Nodes, Notices, Pulse } from "../cluster/index.ts";
import { randomName } from "../keys/index.ts";
import { serverLimits } from "../limits.ts";
import type { Logger } from "../log/index.ts";
import { AccountEvents, Attachments, Reconciliation, ServerDirectory } from "../servers/index.ts";
import type { SessionTokens } from "../sessions/index.ts";
import type { Store } from "../store/index.ts";
import { Watchers } from "../watchers.ts";

/** What they stand on. */
export interface ClusterRoomsOptions {
  readonly store: Store;
  readonly bus: Bus;
  readonly tokens: SessionTokens;
  readonly cookieSecret: string;
  readonly log: Logger;
  readonly nowMs: () => number;
}

/** Who is attached here and elsewhere, and how nodes hear of each other. */
export interface ClusterRooms {
  readonly bus: Bus;
  readonly nodes: Nodes;
  readonly notices: Notices;
  readonly pulse: Pulse;
  readonly attachments: Attachments;
  readonly events: AccountEvents;
  readonly directory: ServerDirectory;
  /** By sign-in. */
  readonly signInEnds: Watchers<SignInEnd>;
  /** Bytes that relays of this node have carried; set once they are there. */
  readonly relayed: { bytes: () => number };
}

/** Makes them. Nothing runs yet. */
export function createClusterRooms({
  store,
  bus,
  tokens,
  cookieSecret,
  log,
  nowMs,
}: ClusterRoomsOptions): ClusterRooms {
  const attachments = new Attachments();
  const relayed = { bytes: () => 0 };
  const nodes = new Nodes({
    ...{ store, nowMs, nodeId: randomName() },
    isWritten: store.engine === "postgres",
    isAlone: !bus.isShared,
    secretsMark: markOf(tokens.publicKey.kid, cookieSecret, bus.isShared),
    figures: () => ({ agents: attachments.count, relayBytes: relayed.bytes() }),
  });
  const events = new AccountEvents(bus, nodes.nodeId);
  const directory = new ServerDirectory({ store, attachments, nodes, events, nowMs });
  events.readHintsBy((accountId, serverId) =>
    directory.event(accountId, serverId).catch((thrown: unknown) => {
      log.error({ err: thrown }, "a change told by another node could not be read");
      return undefined;
    }),
  );
  const notices = new Notices({ store, bus, nowMs });
  const signInEnds = new Watchers<SignInEnd>();
  notices.on("sign-in-ended", (ended) => signInEnds.publish(ended.signInId, ended));
  const pulse = new Pulse(log);
  pulse.add({ every: 1, run: () => nodes.look() });
  pulse.add({ every: 1, run: () => notices.poll() });
  pulse.add({ every: serverLimits.cleaningRounds, run: () => notices.forgetOld() });
  retellWhatMayBeMissed({ bus, nodes, events, directory, pulse });
  if (bus.isShared) pulse.add({ every: serverLimits.reconcileRounds, run: reconciling({ store, nodes, attachments }) });
  return { bus, nodes, notices, pulse, attachments, events, directory, signInEnds, relayed };
}

/** Watchers are told the whole list again: each round while the bus is down, and after a node or the bus came or went. */
function retellWhatMayBeMissed({
  bus,
  nodes,
  events,
  directory,
  pulse,
}: Pick<ClusterRooms, "bus" | "nodes" | "events" | "directory" | "pulse">): void {
  if (!bus.isShared) return;
  let isMissing = false;
  bus.watch(() => {
    isMissing = true;
  });
  nodes.watch(() => {
    isMissing = true;
  });
  pulse.add({
    every: 1,
    run: async () => {
      if (!isMissing && bus.isUp()) return;
      isMissing = false;
      for (const accountId of events.watched()) await directory.publishAll(accountId);
    },
  });
}

function reconciling(options: Pick<ClusterRooms, "nodes" | "attachments"> & { readonly store: Store }) {
  const reconciliation = new Reconciliation(options);
  return () => reconciliation.run();
}

/** Tells two sets of secrets apart and gives none away, since they are random and long; and who has a bus. */
function markOf(kid: string, cookieSecret: string, hasBus: boolean): string {
  return createHash("sha256").update(`culvert-secrets\0${kid}\0${cookieSecret}\0${hasBus}`).digest("base64url");
}
