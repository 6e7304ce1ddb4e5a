/** What the agent decides by itself, whatever the control plane says: its devices, its lock, its shares. */
import { createDeviceKey, type ServiceConnection } from "@culvert/peer-agent";
import { deskDevicesSchema, deskSharesSchema } from "@culvert/protocol/signaling";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askDesk, makeShare, openDesk, openShare } from "../harness/agent-desk-client.ts";
import { type AgentStage, setAgentStage } from "../harness/agent-stage.ts";

let stage: AgentStage;
let laptop: Awaited<ReturnType<typeof createDeviceKey>>;
let desk: ServiceConnection;
const open: ServiceConnection[] = [];

beforeAll(async () => {
  stage = await setAgentStage({
    library: "werift",
    relayPolicy: "full",
    app: (incoming, answer) => answer.end(`${incoming.method} ${incoming.url}`),
  });
  laptop = await createDeviceKey();
  desk = await openDesk(stage, laptop);
});

afterAll(async () => {
  for (const connection of [desk, ...open]) await connection?.close();
  await stage?.close();
});

async function kept(connection: Promise<ServiceConnection>): Promise<ServiceConnection> {
  open.push(await connection);
  return connection;
}

/** Resolves with the code that ends a connection for good. */
function endOf(connection: ServiceConnection): Promise<string> {
  return new Promise((resolve) => {
    connection.onEvent((event) => {
      if (event.type === "state" && event.state === "lost") resolve(event.error?.code ?? "closed");
    });
  });
}

test("the desk shows the device that asks, and says nothing to whoever asks for something else", async () => {
  const { json } = await askDesk(desk, "GET", "/devices");
  expect(deskDevicesSchema.parse(json)).toMatchObject({
    locked: false,
    devices: [{ trust: "introduced", isThis: true }],
  });
  expect((await askDesk(desk, "GET", "/etc/passwd")).status).toBe(404);
  expect((await askDesk(desk, "POST", "/shares", { shareId: "x" })).json).toMatchObject({
    error: { code: "invalid-request" },
  });
});

test("a share lets through its paths and methods, and refuses the rest in words", async () => {
  const scope = { serviceName: "app", pathPrefixes: ["/docs"], readOnly: true };
  const share = await makeShare(stage, desk, { scope });
  const viewer = await kept(openShare(stage, share));
  expect(await (await viewer.fetch("/docs/a")).text()).toBe("GET /docs/a");
  await expect(viewer.fetch("/admin")).rejects.toMatchObject({
    ...{ code: "policy", message: "This share does not allow that path." },
  });
  await expect(viewer.fetch("/docs/a", { method: "POST", body: "x" })).rejects.toMatchObject({
    ...{ code: "policy", message: "This share is for reading: POST is not allowed." },
  });
});

test("a share of one use is one device's, however often that one comes", async () => {
  const share = await makeShare(stage, desk, { uses: 1 });
  const anna = await createDeviceKey();
  const first = await kept(openShare(stage, share, { deviceKey: anna }));
  expect((await first.fetch("/")).status).toBe(200);
  await kept(openShare(stage, share, { deviceKey: anna }));
  await expect(openShare(stage, share)).rejects.toMatchObject({ code: "already-used" });
  const { json } = await askDesk(desk, "GET", "/shares");
  expect(deskSharesSchema.parse(json).shares).toContainEqual(
    expect.objectContaining({ shareId: share.shareId, uses: 1, usesLeft: 0 }),
  );
});

test("a PIN goes to the agent alone, and a wrong one is counted there", async () => {
  const share = await makeShare(stage, desk, { pin: "kiwi-4711" });
  await expect(openShare(stage, share)).rejects.toMatchObject({ code: "pin-needed" });
  await expect(openShare(stage, share, { pin: "0000" })).rejects.toMatchObject({
    ...{ code: "pin-needed", message: "That PIN is wrong. 4 tries are left." },
  });
  expect((await (await kept(openShare(stage, share, { pin: "kiwi-4711" }))).fetch("/")).status).toBe(200);
});

test.each(["at the agent", "at the control plane"])(
  "a share that is taken back %s ends for who has it open",
  async (where) => {
    const share = await makeShare(stage, desk);
    const viewer = await kept(openShare(stage, share));
    expect((await viewer.fetch("/")).status).toBe(200);
    const ended = endOf(viewer);
    if (where === "at the agent") await askDesk(desk, "DELETE", `/shares/${share.shareId}`);
    else await stage.callAsOwner("DELETE", `/api/shares/${share.shareId}`);
    expect(await ended).toBe("revoked");
  },
);

test("a locked agent cuts off a device that was only introduced, and refuses it with a good token of the server", async () => {
  const phone = await createDeviceKey();
  const viewer = await kept(openDesk(stage, phone));
  const deskKey = Buffer.from(laptop.publicKey).toString("base64url");
  await stage.trust.devices.approve(deskKey, "laptop", Date.now());
  const ended = endOf(viewer);
  await stage.trust.devices.setLocked(true);
  expect(await ended).toBe("approval-needed");
  await expect(openDesk(stage, phone)).rejects.toMatchObject({ code: "approval-needed" });
  expect((await askDesk(desk, "GET", "/devices")).json).toMatchObject({
    locked: true,
    waiting: [{ deviceKey: Buffer.from(phone.publicKey).toString("base64url") }],
  });
});

test("on a locked agent a share is good as long as the device that made it is approved", async () => {
  const share = await makeShare(stage, desk);
  const viewer = await kept(openShare(stage, share));
  expect((await viewer.fetch("/")).status).toBe(200);
  const ended = endOf(viewer);
  await stage.trust.devices.revoke(Buffer.from(laptop.publicKey).toString("base64url"));
  expect(await ended).toBe("revoked");
  await expect(openShare(stage, share)).rejects.toMatchObject({ code: "revoked" });
});
