/** `culvert devices`, `lock`, `unlock`, `rotate`: what this machine decides by itself. Works while an agent runs. */
import { createHash } from "node:crypto";
import { TunnelError } from "@culvert/protocol";
import { deviceWords } from "@culvert/protocol/fingerprint";
import { type AgentTrust, loadTrust } from "../agent/agent-trust.ts";
import { approveByString, type KnownDevice } from "../devices/index.ts";
import { type Enrolment, loadEnrolment, loadIdentity, rotateIdentity } from "../identity/index.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { showLink } from "./shown-link.ts";
import { tableLines } from "./text-table.ts";

/** What was asked for. */
export type DevicesWish =
  | { readonly what: "list" }
  | { readonly what: "approve"; readonly typed: string; readonly label: string }
  | { readonly what: "link" }
  | { readonly what: "revoke"; readonly device: string }
  | { readonly what: "lock" | "unlock" }
  | { readonly what: "rotate" };

/** Does it. Resolves with the exit code; never rejects. */
export async function runDevices(wish: DevicesWish, dataFolder: string, output: Output): Promise<number> {
  try {
    await obey(wish, dataFolder, output);
    return exitCodes.done;
  } catch (thrown) {
    output.error(TunnelError.from(thrown));
    return exitCodes.failed;
  }
}

async function obey(wish: DevicesWish, dataFolder: string, output: Output): Promise<void> {
  const trust = loadTrust(dataFolder);
  switch (wish.what) {
    case "list":
      return list(trust, output);
    case "approve": {
      const { identityKey } = (await loadIdentity(dataFolder)).publicKey;
      const { typed, label } = wish;
      const answer = await approveByString(trust.devices, { identityKey, typed, label, nowMs: Date.now() });
      const words = "The device is approved. Type this in its browser, so that it knows this machine:";
      return output.answer({ answer }, [`${output.palette.marks.ready} ${words}`, answer]);
    }
    case "link": {
      const { serverUrl } = await enrolmentOf(dataFolder);
      const { serverId } = await loadIdentity(dataFolder);
      const { secret } = await trust.devices.createLink(Date.now());
      const url = `${serverUrl}/approve#${serverId}.${secret}`;
      return showLink(output, "Open this on the device to approve, within 10 minutes. It works once:", url, serverId);
    }
    case "revoke":
      return revoke(trust, wish.device, output);
    case "lock":
    case "unlock":
      return setLocked(trust, wish.what === "lock", output);
    case "rotate": {
      const { label } = await rotateIdentity(dataFolder, await enrolmentOf(dataFolder));
      const { serverId } = await loadIdentity(dataFolder);
      return output.answer({ label, serverId }, [
        `${output.palette.marks.ready} ${label} has new keys, signed by its old ones: it is a new server in the dashboard.`,
        `${output.palette.marks.note} Its sessions, shares and devices are gone with the old keys. Start it again.`,
      ]);
    }
  }
}

async function list({ devices }: AgentTrust, output: Output): Promise<void> {
  const { locked, devices: known, requests } = await devices.read();
  const { marks } = output.palette;
  const shown = await Promise.all(known.map(withWords));
  const waiting = await Promise.all(requests.map(withWords));
  const lines = [
    locked
      ? `${marks.ready} This machine is locked: it opens for approved devices alone.`
      : `${marks.note} This machine is unlocked: it takes devices that the dashboard's server introduces. Lock it with \`culvert lock\`.`,
    ...tableLines(
      shown.map((device) => [`${marks[markOf(device)]} ${device.trust}`, nameOf(device), lastSeen(device)]),
    ).flatMap((line, index) => [line, `    ${shown[index]?.words}`]),
  ];
  if (known.length === 0) lines.push(`${marks.note} No device has opened it yet.`);
  if (waiting.length > 0) {
    const many = waiting.length === 1 ? "A device waits" : `${waiting.length} devices wait`;
    lines.push(`${marks.connecting} ${many} for approval: culvert devices approve <what its page shows>`);
    lines.push(...waiting.map(({ words }) => `    ${words}`));
  }
  output.answer({ locked, devices: shown, waiting: waiting.length }, lines);
}

/** The words by which its browser and the dashboard call a device. */
async function withWords<Device extends { readonly deviceKey: string }>(device: Device) {
  const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest();
  const words = await deviceWords(Buffer.from(device.deviceKey, "base64url"), sha256);
  return { ...device, words: words.join(" ") };
}

async function revoke({ devices, shares }: AgentTrust, wanted: string, output: Output): Promise<void> {
  const known = await Promise.all((await devices.read()).devices.map(withWords));
  const typedWords = wanted
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, " ");
  const found = known.filter(
    ({ deviceKey, label, words }) =>
      deviceKey.startsWith(wanted) || (label !== "" && label === wanted) || `${words} `.startsWith(`${typedWords} `),
  );
  const [device] = found;
  if (device === undefined || found.length > 1) {
    const words = found.length > 1 ? `${found.length} devices are called so` : "No device is called so";
    throw new TunnelError("not-found", `${words}: ${wanted}`, { hint: "See `culvert devices list`." });
  }
  await devices.revoke(device.deviceKey);
  await shares.revokeMadeBy(device.deviceKey, Date.now());
  const words = `${nameOf(device)} is revoked; what it had open ends now, and so do shares that it made.`;
  output.answer({ revoked: device.deviceKey }, [`${output.palette.marks.ready} ${words}`]);
}

async function setLocked({ devices }: AgentTrust, locked: boolean, output: Output): Promise<void> {
  await devices.setLocked(locked);
  const approved = (await devices.read()).devices.filter(({ trust }) => trust === "approved").length;
  const { marks } = output.palette;
  const count = approved === 1 ? "1 device is" : `${approved} devices are`;
  const lines = locked
    ? [`${marks.ready} Locked: ${count} approved, and whoever else has it open is cut off.`]
    : [`${marks.ready} Unlocked: it takes devices that the dashboard's server introduces.`];
  if (locked && approved === 0) {
    lines.push(`${marks.note} Approve one: culvert devices link, or open it in a browser and type what that shows.`);
  }
  output.answer({ locked, approved }, lines);
}

async function enrolmentOf(dataFolder: string): Promise<Enrolment> {
  const enrolment = await loadEnrolment(dataFolder);
  if (enrolment !== undefined) return enrolment;
  throw new TunnelError("unauthenticated", "This machine is not enrolled anywhere yet.", {
    hint: "Run `culvert connect <port> --server <dashboard>` first.",
  });
}

function lastSeen({ lastSeenAt }: KnownDevice): string {
  return `last seen ${new Date(lastSeenAt).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function nameOf({ deviceKey, label }: KnownDevice): string {
  return label === "" ? deviceKey.slice(0, 12) : `${label} (${deviceKey.slice(0, 12)})`;
}

function markOf({ trust }: KnownDevice) {
  if (trust === "revoked") return "offline" as const;
  return trust === "approved" ? ("ready" as const) : ("note" as const);
}
