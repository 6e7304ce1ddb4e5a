import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadTrust } from "../agent/agent-trust.ts";
import { type DevicesWish, runDevices } from "./devices-command.ts";
import { exitCodes } from "./exit-codes.ts";
import { type Output, paletteFor } from "./output.ts";

/** Keys of vectors/device-words.json, and their words. */
const alice = Buffer.from("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", "hex").toString(
  "base64url",
);
const aliceWords = "fabric asset drop clay fall design useless about";
const bob = Buffer.from("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", "hex").toString(
  "base64url",
);
const bobWords = "card huge wing slow change ask kind meat";

let folder: string;
let lines: string[];
let value: unknown;
const ask = (wish: DevicesWish) => runDevices(wish, folder, output());

function output(): Output {
  const never = () => {
    throw new Error("not of this command");
  };
  return {
    ...{ isJson: false, palette: paletteFor(process.stdout), event: never, record: never, link: never, note: never },
    answer: (answered, shown) => {
      value = answered;
      lines = [...shown];
    },
    error: ({ message }) => {
      lines = [message];
    },
  };
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "culvert-devices-"));
  lines = [];
  const { devices } = loadTrust(folder);
  await devices.approve(alice, "phone", 1_000);
  await devices.setLocked(true);
  await devices.admit({ deviceKey: bob, approval: undefined }, 2_000).catch(() => undefined);
});
afterEach(() => rmSync(folder, { recursive: true }));

test("the list shows each device's words, and those of the ones that wait", async () => {
  expect(await ask({ what: "list" })).toBe(exitCodes.done);
  expect(lines.slice(1)).toEqual([
    expect.stringContaining("phone"),
    `    ${aliceWords}`,
    expect.stringContaining("A device waits for approval"),
    `    ${bobWords}`,
  ]);
  expect(value).toMatchObject({ devices: [{ deviceKey: alice, words: aliceWords }], waiting: 1 });
});

test.each(["fabric asset", "Fabric-Asset-Drop", aliceWords, "phone", alice.slice(0, 6)])(
  "a device is revoked by %j",
  async (device) => {
    expect(await ask({ what: "revoke", device })).toBe(exitCodes.done);
    expect((await loadTrust(folder).devices.read()).devices).toMatchObject([{ trust: "revoked" }]);
  },
);

test.each(["fabric ass", "asset", ""])("%j names no device", async (device) => {
  expect(await ask({ what: "revoke", device: device || "-" })).toBe(exitCodes.failed);
  expect(lines).toEqual([expect.stringContaining("No device is called so")]);
});
