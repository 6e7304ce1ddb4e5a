/**
 * The devices that this agent knows. Invariant: the list is the agent's own: nothing that signaling says puts a device
 * on it as approved, and while the agent is locked it opens for approved ones alone.
 */
import { createHash, randomBytes } from "node:crypto";
import { type Code, TunnelError } from "@culvert/protocol";
import { z } from "zod";
import type { KeptState } from "../identity/kept-state.ts";

/** Devices in the list, the revoked ones included; beyond it the ones introduced longest ago go. */
const mostDevices = 500;
/** Devices that asked and wait for approval; beyond it the oldest go. */
const mostRequests = 16;
const mostLinks = 16;
/** An approval link works for so long. */
export const approvalLinkMs = 10 * 60 * 1000;
/** `lastSeenAt` is written at most so often. */
const seenEveryMs = 60_000;

const deviceSchema = z.object({
  /** X25519, base64url. */
  deviceKey: z.string(),
  label: z.string(),
  trust: z.enum(["introduced", "approved", "revoked"]),
  since: z.number(),
  lastSeenAt: z.number(),
});
export type KnownDevice = z.infer<typeof deviceSchema>;

export const devicesSchema = z.object({
  v: z.literal(1),
  locked: z.boolean(),
  devices: z.array(deviceSchema),
  /** Refused while locked: they wait for somebody to approve them. */
  requests: z.array(z.object({ deviceKey: z.string(), at: z.number() })),
  /** Approval links, by the hash of their secret. */
  links: z.array(z.object({ secretHash: z.string(), expiresAt: z.number() })),
});
export type Devices = z.infer<typeof devicesSchema>;
export const noDevices: Devices = { v: 1, locked: false, devices: [], requests: [], links: [] };

/** A device at the door. */
export interface DeviceAtDoor {
  readonly deviceKey: string;
  /** Secret of an approval link. */
  readonly approval: string | undefined;
}

export class DeviceList {
  readonly #state: KeptState<Devices>;

  constructor(state: KeptState<Devices>) {
    this.#state = state;
  }

  read(): Promise<Devices> {
    return this.#state.read();
  }

  /** Calls `listener` when the list may have changed. */
  watch(listener: () => void): () => void {
    return this.#state.watch(listener);
  }

  /** Lets a device in that the control plane vouches for, or throws `approval-needed` or `revoked`. */
  async admit({ deviceKey, approval }: DeviceAtDoor, nowMs: number): Promise<void> {
    let refusal: TunnelError | undefined;
    await this.#state.update((devices) => {
      const known = devices.devices.find((device) => device.deviceKey === deviceKey);
      const link = approval === undefined ? undefined : liveLink(devices, approval, nowMs);
      if (link !== undefined) return approved(withoutLink(devices, link), deviceKey, "", nowMs);
      refusal = refusalOf(devices, known);
      if (refusal?.code === "approval-needed") return withRequest(devices, deviceKey, nowMs);
      if (refusal !== undefined) return devices;
      if (known === undefined) return withDevice(devices, newDevice(deviceKey, "introduced", nowMs));
      if (nowMs - known.lastSeenAt < seenEveryMs) return devices;
      return withDevice(devices, { ...known, lastSeenAt: nowMs });
    });
    if (refusal !== undefined) throw refusal;
  }

  /** True where a device may vouch for viewers without an account: one that gets in itself. */
  async mayShare(deviceKey: string): Promise<boolean> {
    return mayVouch(await this.#state.read(), deviceKey);
  }

  /** Puts a device on the list as approved. */
  async approve(deviceKey: string, label: string, nowMs: number): Promise<void> {
    await this.#state.update((devices) => approved(devices, deviceKey, label, nowMs));
  }

  /** Refuses a device from now on; false where it is not known. */
  async revoke(deviceKey: string): Promise<boolean> {
    let wasKnown = false;
    await this.#state.update((devices) => {
      const known = devices.devices.find((device) => device.deviceKey === deviceKey);
      wasKnown = known !== undefined;
      return known === undefined ? devices : withDevice(devices, { ...known, trust: "revoked" });
    });
    return wasKnown;
  }

  async setLocked(locked: boolean): Promise<void> {
    await this.#state.update((devices) => (devices.locked === locked ? devices : { ...devices, locked }));
  }

  /** The secret of a link that approves the device which shows it first. */
  async createLink(nowMs: number): Promise<{ readonly secret: string; readonly expiresAt: number }> {
    const secret = randomBytes(16).toString("base64url");
    const expiresAt = nowMs + approvalLinkMs;
    await this.#state.update((devices) => {
      const live = devices.links.filter((link) => link.expiresAt > nowMs).slice(1 - mostLinks);
      return { ...devices, links: [...live, { secretHash: hashOf(secret), expiresAt }] };
    });
    return { secret, expiresAt };
  }
}

/** Why a device that has a tunnel may not keep it, or undefined. Pure. */
export function deviceRefusal(devices: Devices, deviceKey: string): TunnelError | undefined {
  return refusalOf(
    devices,
    devices.devices.find((device) => device.deviceKey === deviceKey),
  );
}

/** As `DeviceList.mayShare`. Pure. A device that is not known any more vouches for nobody. */
export function mayVouch(devices: Devices, deviceKey: string): boolean {
  const known = devices.devices.find((device) => device.deviceKey === deviceKey);
  return known !== undefined && refusalOf(devices, known) === undefined;
}

function refusalOf({ locked }: Devices, known: KnownDevice | undefined): TunnelError | undefined {
  if (known?.trust === "revoked") return refusal("revoked", "This device was taken off the server's list.");
  if (!locked || known?.trust === "approved") return undefined;
  return refusal(
    "approval-needed",
    "This server is locked: it opens for devices that were approved on it, and this one was not.",
    "Approve this device: the page shows a string, to be typed on the server after `culvert devices approve`.",
  );
}

function refusal(
  code: Code,
  message: string,
  hint = "Approve it anew on the server: `culvert devices approve`.",
): TunnelError {
  return new TunnelError(code, message, { hint });
}

function approved(devices: Devices, deviceKey: string, label: string, nowMs: number): Devices {
  const known = devices.devices.find((device) => device.deviceKey === deviceKey);
  const device = known ?? newDevice(deviceKey, "approved", nowMs);
  const listed = withDevice(devices, { ...device, trust: "approved", since: nowMs, label: label || device.label });
  return { ...listed, requests: listed.requests.filter((request) => request.deviceKey !== deviceKey) };
}

function newDevice(deviceKey: string, trust: KnownDevice["trust"], nowMs: number): KnownDevice {
  return { deviceKey, label: "", trust, since: nowMs, lastSeenAt: nowMs };
}

/** Beyond the bound, devices go that were only introduced: they come again as they came. */
function withDevice(devices: Devices, device: KnownDevice): Devices {
  const others = devices.devices.filter(({ deviceKey }) => deviceKey !== device.deviceKey);
  const surplus = others.length + 1 - mostDevices;
  const oldest = others.filter(({ trust }) => trust === "introduced").sort((a, b) => a.lastSeenAt - b.lastSeenAt);
  const gone = new Set(surplus > 0 ? oldest.slice(0, surplus) : []);
  return { ...devices, devices: [...others.filter((other) => !gone.has(other)), device] };
}

function withRequest(devices: Devices, deviceKey: string, nowMs: number): Devices {
  const others = devices.requests.filter((request) => request.deviceKey !== deviceKey);
  return { ...devices, requests: [...others, { deviceKey, at: nowMs }].slice(-mostRequests) };
}

function liveLink(devices: Devices, secret: string, nowMs: number) {
  const secretHash = hashOf(secret);
  return devices.links.find((link) => link.secretHash === secretHash && link.expiresAt > nowMs);
}

function withoutLink(devices: Devices, used: Devices["links"][number]): Devices {
  return { ...devices, links: devices.links.filter((link) => link !== used) };
}

function hashOf(secret: string): string {
  return createHash("sha256").update(`culvert-approval-link\0${secret}`).digest("base64url");
}
