/**
 * The agents that this browser knows, in the dashboard origin's IndexedDB. A server's id is a hash of its agent's key, so
 * a pin is an id. Invariant: another key under a known name is refused until a person has accepted it, and a locked
 * server until a person has checked its key.
 */
import { TunnelError } from "@culvert/protocol";
import { completionOf, openDatabase, resultOf } from "./database.ts";

/** One known agent. */
export interface AgentPin {
  readonly accountId: string;
  readonly serverId: string;
  /** What the dashboard called it last. */
  readonly label: string;
  readonly firstSeenAt: number;
  /** A person compared the key, or came by a link that has it. Otherwise the control plane introduced it. */
  readonly checked: boolean;
  /** It has asked for approval at some time: the control plane's word that it is unlocked does not count any more. */
  readonly locked: boolean;
}

/** A server as the dashboard is about to open it. */
export interface ServerAtHand {
  readonly accountId: string;
  readonly serverId: string;
  readonly label: string;
  /** As the control plane says. */
  readonly locked: boolean;
}

/** Where pins are kept. */
export interface PinStore {
  /** Of an account. */
  all(accountId: string): Promise<readonly AgentPin[]>;
  put(pin: AgentPin): Promise<void>;
  remove(accountId: string, serverId: string): Promise<void>;
}

/**
 * Resolves where the server may be opened from here; a server that is new is pinned. Rejects with `key-changed` where its
 * name is known with another key, `approval-needed` where it is locked and its key was not checked on this device.
 */
export async function requirePin(
  server: ServerAtHand,
  nowMs: number,
  store: PinStore = indexedDbPins,
): Promise<AgentPin> {
  const { accountId, serverId, label } = server;
  const pins = await store.all(accountId);
  const known = pins.find((pin) => pin.serverId === serverId);
  if (known === undefined && pins.some((pin) => pin.label === label)) throw keyChanged(label);
  const first = { accountId, serverId, label, firstSeenAt: nowMs, checked: false, locked: server.locked };
  const pin: AgentPin = { ...(known ?? first), label, locked: server.locked || known?.locked === true };
  if (known === undefined || known.label !== label || known.locked !== pin.locked) await store.put(pin);
  if (pin.locked && !pin.checked) throw unchecked(label);
  return pin;
}

/** The servers whose name this one has with another key; empty where there is nothing to accept. */
export async function conflictingPins(
  { accountId, serverId, label }: ServerAtHand,
  store: PinStore = indexedDbPins,
): Promise<readonly AgentPin[]> {
  const pins = await store.all(accountId);
  if (pins.some((pin) => pin.serverId === serverId)) return [];
  return pins.filter((pin) => pin.label === label);
}

/** A person accepts this server's key in place of the others of its name. */
export async function acceptKey(server: ServerAtHand, nowMs: number, store: PinStore = indexedDbPins): Promise<void> {
  for (const old of await conflictingPins(server, store)) await store.remove(old.accountId, old.serverId);
  const { accountId, serverId, label, locked } = server;
  await store.put({ accountId, serverId, label, firstSeenAt: nowMs, checked: false, locked });
}

/** A person has checked this server's key: it is approved from this side. */
export async function markChecked(server: ServerAtHand, nowMs: number, store: PinStore = indexedDbPins): Promise<void> {
  const { accountId, serverId, label } = server;
  const known = (await store.all(accountId)).find((pin) => pin.serverId === serverId);
  for (const old of await conflictingPins(server, store)) await store.remove(old.accountId, old.serverId);
  const firstSeenAt = known?.firstSeenAt ?? nowMs;
  await store.put({ accountId, serverId, label, firstSeenAt, checked: true, locked: true });
}

/** The agent has refused this device: from now on its key must be checked here. */
export async function markLocked(server: ServerAtHand, nowMs: number, store: PinStore = indexedDbPins): Promise<void> {
  const known = (await store.all(server.accountId)).find(({ serverId }) => serverId === server.serverId);
  const { accountId, serverId, label } = server;
  const pin = known ?? { accountId, serverId, label, firstSeenAt: nowMs, checked: false };
  await store.put({ ...pin, locked: true });
}

/** The pin of a server; undefined for one that was never opened from here. */
export async function pinOf(
  accountId: string,
  serverId: string,
  store: PinStore = indexedDbPins,
): Promise<AgentPin | undefined> {
  return (await store.all(accountId)).find((pin) => pin.serverId === serverId);
}

function keyChanged(label: string): TunnelError {
  return new TunnelError("key-changed", `${label} has another key than this device knows.`, {
    hint: "Go on only where you set the machine up anew. Compare its fingerprint with what its terminal prints.",
  });
}

function unchecked(label: string): TunnelError {
  return new TunnelError("approval-needed", `${label} is locked, and this device was not approved on it.`, {
    hint: "Approve this device: it takes a minute at the machine.",
  });
}

const indexedDbPins: PinStore = {
  async all(accountId) {
    const database = await openDatabase();
    try {
      const rows: unknown = await resultOf(database.transaction("pins").objectStore("pins").getAll());
      return (rows as AgentPin[]).filter((pin) => pin.accountId === accountId);
    } finally {
      database.close();
    }
  },
  put: (pin) => change((table) => table.put(pin)),
  remove: (accountId, serverId) => change((table) => table.delete([accountId, serverId])),
};

async function change(run: (table: IDBObjectStore) => IDBRequest): Promise<void> {
  const database = await openDatabase();
  try {
    const transaction = database.transaction("pins", "readwrite");
    run(transaction.objectStore("pins"));
    await completionOf(transaction);
  } finally {
    database.close();
  }
}
