/** Who gets a WebSocket: every Origin, with and without the cookie, with a good ticket. Refused before the upgrade. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Installation } from "./installation.ts";
import { SimulatedMachine } from "./simulated-machine.ts";
import { SocketInbox } from "./socket-inbox.ts";
import { openSession } from "./viewer.ts";

let installation: Installation;
let ticket: string;
let appOrigin: string;
beforeAll(async () => {
  installation = await Installation.start();
  await installation.signIn();
  const machine = new SimulatedMachine(installation);
  await machine.enrol();
  await machine.connect();
  const session = await openSession(installation, machine.serverId);
  ticket = session.signalingTicket;
  appOrigin = session.appOrigin;
});
afterAll(() => installation.end());

/** Origins as a browser, or somebody who is none, would send them. */
const origins = {
  foreign: () => "https://evil.example",
  null: () => "null",
  absent: () => undefined,
  "an app's, below the dashboard's": () => appOrigin,
  "the dashboard's with another port": () => installation.server.dashboardOrigin.replace(/:\d+$/, ":1"),
  "the dashboard's as a prefix": () => `${installation.server.dashboardOrigin}.evil.example`,
  "the dashboard's in another scheme": () => installation.server.dashboardOrigin.replace("http:", "https:"),
};

async function open(path: string, origin: string | undefined, withCookie: boolean): Promise<SocketInbox> {
  const cookie: Record<string, string> = withCookie ? { cookie: installation.cookie } : {};
  const from: Record<string, string> = origin === undefined ? {} : { origin };
  return SocketInbox.open(installation.port, path, { host: installation.host, ...cookie, ...from });
}

describe.each(Object.keys(origins) as (keyof typeof origins)[])("from %s", (name) => {
  test.each([true, false])("no viewer's socket, with the cookie: %s", async (withCookie) => {
    for (const path of ["/api/signaling/viewer", "/api/signaling/share", `/api/signaling/viewer?ticket=${ticket}`]) {
      const status = path.includes("?") ? 404 : 403;
      await expect(open(path, origins[name](), withCookie), path).rejects.toMatchObject({ status });
    }
  });

  test("no agent's socket for whatever names an Origin", async () => {
    const origin = origins[name]();
    if (origin === undefined) (await open("/api/signaling/agent", origin, true)).socket.close();
    else await expect(open("/api/signaling/agent", origin, true)).rejects.toMatchObject({ status: 403 });
  });
});

test("from the dashboard itself: with the cookie and a ticket of the same account, and not without either", async () => {
  const { dashboardOrigin } = installation.server;
  await expect(open("/api/signaling/viewer", dashboardOrigin, false)).rejects.toMatchObject({ status: 401 });
  const join = async (signalingTicket: string) => {
    const viewer = await open("/api/signaling/viewer", dashboardOrigin, true);
    viewer.send({ type: "join", versions: { min: 1, max: 1 }, signalingTicket });
    return viewer.nextMessage(signalingTicket === ticket ? "joined" : "error");
  };
  expect(await join("A".repeat(43))).toMatchObject({ code: "unauthenticated" });
  expect(await join(ticket)).toMatchObject({ type: "joined" });
});
