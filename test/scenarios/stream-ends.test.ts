/**
 * What ends a Node viewer's streams for good: the agent begins anew, or the viewer is closed. Each stream ends with one clear
 * error, is gone at the app, and can be had again at once.
 */
import { connectTunnel, errorKind, type ServiceConnection } from "@culvert/peer-agent/viewer";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Owner } from "../cluster/owner.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { type EndlessApp, startEndlessApp } from "../harness/endless-app.ts";
import { eventually } from "../harness/eventually.ts";

let app: EndlessApp;
let culvert: Culvert;
let owner: Owner;
let serverId: string;
let service: ServiceConnection | undefined;

beforeEach(async () => {
  app = await startEndlessApp();
  culvert = await startCulvert({ appPort: app.port, webrtc: "native", recording: "count" });
  owner = new Owner(culvert.dashboardOrigin);
  const { port } = culvert.recorder;
  await owner.signIn(culvert.signInLink, port);
  serverId = (await owner.servers(port))[0]?.serverId ?? "";
});
afterEach(async () => {
  await service?.close();
  service = undefined;
  await culvert?.stop();
  app.close();
});

const createSession = (deviceKey: string) => owner.createSession(culvert.recorder.port, serverId, deviceKey);

/** What the streams told of their end; filled as they do. */
interface Ends {
  readonly body: string[];
  readonly socket: string[];
}

/** Opens a body and a WebSocket that never end. Resolves when both have brought something. */
async function startStreams(name: string): Promise<Ends> {
  if (service === undefined) throw new Error("there is no viewer");
  const ends: Ends = { body: [], socket: [] };
  const { body } = await service.fetch(`/body/${name}`);
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  const read = async (): Promise<void> => {
    for (let part = await reader.read(); !part.done; part = await reader.read());
    ends.body.push("end");
  };
  read().catch((error: unknown) => ends.body.push(errorKind(error)));
  const socket = new service.WebSocket(`/socket/${name}`);
  socket.onerror = ({ error }) => ends.socket.push(`error ${errorKind(error)}`);
  socket.onclose = ({ code }) => ends.socket.push(`close ${code}`);
  await new Promise((resolve) => {
    socket.onmessage = resolve;
  });
  return ends;
}

test.each(["SIGKILL", "SIGTERM"] as const)("an agent that is ended by %s and started again", async (signal) => {
  const { headers } = owner;
  service = await connectTunnel({ createSession, headers, webrtc: "native" });
  const states: string[] = [];
  service.onEvent((event) => {
    if (event.type === "state" && event.state !== "detached") states.push(event.state);
  });
  const ends = await startStreams("before");
  expect(app.live()).toEqual(["body before", "socket before"]);

  await culvert.endAgent(signal);
  await eventually(app.live).toEqual([]);
  await culvert.startAgent();
  await eventually(() => ends).toEqual({ body: ["network"], socket: ["error network", "close 1006"] });
  // The next call opens the next tunnel.
  const after = await startStreams("after");
  expect(app.live()).toEqual(["body after", "socket after"]);
  expect(states).toEqual(["lost", "connecting", "open"]);
  expect({ ends, after }).toEqual({
    ends: { body: ["network"], socket: ["error network", "close 1006"] },
    after: { body: [], socket: [] },
  });
});

test("a viewer that is closed: its calls fail, and the app sees its streams end", async () => {
  service = await connectTunnel({ createSession, headers: owner.headers, webrtc: "native" });
  const ends = await startStreams("only");
  await service.close();
  await eventually(() => ends).toEqual({ body: ["network"], socket: ["error network", "close 1006"] });
  await eventually(app.live).toEqual([]);
});
