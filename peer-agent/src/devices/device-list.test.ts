import { approvalString } from "@culvert/protocol/signaling";
import { expect, test } from "vitest";
import { memoryState } from "../identity/kept-state.ts";
import { approveByString } from "./approve-by-string.ts";
import { approvalLinkMs, DeviceList, deviceRefusal, noDevices } from "./device-list.ts";
import { nodePbkdf2 } from "./node-pbkdf2.ts";

const nowMs = 1_790_000_000_000;
const keyOf = (byte: number) => Buffer.alloc(32, byte).toString("base64url");
const identityKey = keyOf(1);
const laptop = keyOf(2);
const phone = keyOf(3);

const list = () => new DeviceList(memoryState(noDevices));
const atDoor = (deviceKey: string, approval?: string) => ({ deviceKey, approval });
const shownBy = (side: "device" | "server", deviceKey: string) =>
  approvalString(
    side,
    { identityKey: Buffer.from(identityKey, "base64url"), deviceKey: Buffer.from(deviceKey, "base64url") },
    nodePbkdf2,
  );

test("while unlocked a device is introduced at its first use, and stays revoked once it is", async () => {
  const devices = list();
  await devices.admit(atDoor(laptop), nowMs);
  expect((await devices.read()).devices).toMatchObject([{ deviceKey: laptop, trust: "introduced" }]);
  expect(await devices.revoke(laptop)).toBe(true);
  await expect(devices.admit(atDoor(laptop), nowMs)).rejects.toMatchObject({ code: "revoked" });
});

test("a locked agent refuses a device that the server alone vouches for, introduced ones too", async () => {
  const devices = list();
  await devices.admit(atDoor(laptop), nowMs);
  await devices.setLocked(true);
  await expect(devices.admit(atDoor(laptop), nowMs)).rejects.toMatchObject({ code: "approval-needed" });
  await expect(devices.admit(atDoor(phone), nowMs)).rejects.toMatchObject({ code: "approval-needed" });
  const kept = await devices.read();
  expect(kept.requests.map(({ deviceKey }) => deviceKey)).toEqual([laptop, phone]);
  expect(deviceRefusal(kept, laptop)?.code).toBe("approval-needed");
});

test("the string that a device shows approves that device, and gives the string that proves the agent", async () => {
  const devices = list();
  await devices.setLocked(true);
  for (const key of [laptop, phone]) await devices.admit(atDoor(key), nowMs).catch(() => {});
  const shown = await shownBy("device", phone);
  expect(shown).toMatch(/^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/);
  const typed = shown.toUpperCase().replaceAll("-", " ");
  const answer = await approveByString(devices, { identityKey, typed, label: "phone", nowMs });
  expect(answer).toBe(await shownBy("server", phone));
  await devices.admit(atDoor(phone), nowMs);
  await expect(devices.admit(atDoor(laptop), nowMs)).rejects.toMatchObject({ code: "approval-needed" });
});

test("a string of other keys approves nobody", async () => {
  const devices = list();
  await devices.setLocked(true);
  await devices.admit(atDoor(laptop), nowMs).catch(() => {});
  // What a viewer shows whom somebody in between gave another agent's key.
  const keys = { identityKey: Buffer.alloc(32, 9), deviceKey: Buffer.from(laptop, "base64url") };
  const typed = await approvalString("device", keys, nodePbkdf2);
  await expect(approveByString(devices, { identityKey, typed, label: "", nowMs })).rejects.toMatchObject({
    code: "not-found",
  });
  expect((await devices.read()).devices).toEqual([]);
});

test("a link approves one device within its time", async () => {
  const devices = list();
  await devices.setLocked(true);
  const { secret } = await devices.createLink(nowMs);
  await expect(devices.admit(atDoor(phone, "guessed"), nowMs)).rejects.toMatchObject({ code: "approval-needed" });
  await devices.admit(atDoor(phone, secret), nowMs);
  await expect(devices.admit(atDoor(laptop, secret), nowMs)).rejects.toMatchObject({ code: "approval-needed" });
  const late = await devices.createLink(nowMs);
  const afterwards = nowMs + approvalLinkMs;
  await expect(devices.admit(atDoor(laptop, late.secret), afterwards)).rejects.toMatchObject({
    code: "approval-needed",
  });
  expect(JSON.stringify(await devices.read())).not.toContain(late.secret);
});

test("of a hundred devices that show one link at once, one is approved", async () => {
  const devices = list();
  await devices.setLocked(true);
  const { secret } = await devices.createLink(nowMs);
  const tries = Array.from({ length: 100 }, (_, index) => devices.admit(atDoor(keyOf(index + 10), secret), nowMs));
  const outcomes = await Promise.allSettled(tries);
  expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBe(1);
});

test("strangers cannot push approved devices off the list", async () => {
  const devices = list();
  await devices.approve(phone, "phone", nowMs);
  for (let index = 0; index < 600; index++) {
    const deviceKey = Buffer.alloc(32, `stranger ${index}`).toString("base64url");
    await devices.admit(atDoor(deviceKey), nowMs + index);
  }
  const kept = (await devices.read()).devices;
  expect(kept.length).toBe(500);
  expect(kept.some(({ deviceKey, trust }) => deviceKey === phone && trust === "approved")).toBe(true);
});
