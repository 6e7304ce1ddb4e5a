/** What outlives the process. */
import { serverListSchema } from "@culvert/protocol/signaling";
import { expect, test } from "vitest";
import { Installation } from "./installation.ts";
import { SimulatedMachine } from "./simulated-machine.ts";
import { openSession } from "./viewer.ts";

test("sign-ins, servers, signing key and app origins outlive the process; unused codes too", async () => {
  const installation = await Installation.start();
  try {
    await installation.signIn();
    const machine = new SimulatedMachine(installation);
    await machine.enrol();
    await machine.connect();
    const { appOrigin } = await openSession(installation, machine.serverId);
    const { code } = await installation.server.createEnrolmentCode();

    await installation.restart();

    const list = serverListSchema.parse((await installation.asDashboard({ path: "/api/servers" })).json);
    expect(list.servers).toMatchObject([{ serverId: machine.serverId, state: "disconnected", services: [{}] }]);
    await machine.connect();
    expect((await openSession(installation, machine.serverId)).appOrigin).toBe(appOrigin);
    const host = new URL(appOrigin).host;
    expect((await installation.ask({ host, path: "/nothing" })).status).toBe(503);
    expect((await new SimulatedMachine(installation).redeem(code)).status).toBe(200);
  } finally {
    await installation.end();
  }
});
