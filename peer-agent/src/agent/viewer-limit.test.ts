import {
  type Admission,
  type AdmissionRequest,
  createAcceptor,
  type OpenTunnelOptions,
  openTunnel,
  type TunnelAcceptor,
  type ViewerTunnel,
} from "@culvert/protocol/endpoint";
import { createFakeClock, createMemoryPathPair } from "@culvert/protocol/testing";
import { expect, test } from "vitest";
import { nodePrimitives } from "../sealing/node-primitives.ts";
import { ViewerLimit } from "./viewer-limit.ts";

const context = { sessionId: "session-a", serverId: "server-a", serviceId: "service-a", relayPolicy: "full" } as const;

/** A safety bound alone: what is waited for comes within milliseconds. */
const patient = { timeout: 20_000 };

/** An acceptor that serves one viewer at once; `asked`: whom the admission behind the limit decided on. */
async function createStage() {
  const clock = createFakeClock();
  const noiseKey = await nodePrimitives.generateKeyPair();
  const deviceKey = await nodePrimitives.generateKeyPair();
  const asked: AdmissionRequest[] = [];
  const served: Uint8Array[] = [];
  const acceptor: TunnelAcceptor = createAcceptor({
    ...{ primitives: nodePrimitives, clock, noiseKey },
    admit: (request) =>
      limit.admit(request, async (): Promise<Admission> => {
        asked.push(request);
        return { type: "accepted" };
      }),
    onTunnel: (tunnel) => {
      if (limit.keeps(tunnel)) served.push(tunnel.tunnelId);
    },
  });
  const limit = new ViewerLimit({
    tunnels: () => acceptor.tunnels(),
    limitsOf: (serviceId) => (serviceId === context.serviceId ? { viewers: 1 } : undefined),
  });
  const open = (changes: Partial<OpenTunnelOptions> = {}): Promise<ViewerTunnel> => {
    const { first, second } = createMemoryPathPair({ kind: "relay" });
    acceptor.accept(second, { ...context, serviceId: changes.serviceId ?? context.serviceId });
    const common = {
      primitives: nodePrimitives,
      clock,
      deviceKey,
      agentNoiseKey: noiseKey.publicKey,
      token: "token-a",
    };
    return openTunnel({ ...context, ...common, path: first, pathId: 1, ...changes });
  };
  return { asked, served, open, acceptor };
}

/** Codes that viewers' tunnels end with. */
function endsOf(...tunnels: readonly ViewerTunnel[]): string[] {
  const ends: string[] = [];
  for (const tunnel of tunnels) tunnel.onEvent((event) => event.type === "closed" && ends.push(event.error.code));
  return ends;
}

test("one viewer too many is refused before the admission is asked, which would write down a use", async () => {
  const { open, asked, acceptor } = await createStage();
  await open();
  await expect.poll(() => acceptor.tunnels().length, patient).toBe(1);
  await expect(open()).rejects.toMatchObject({
    code: "limit-reached",
    message: "The service takes 1 viewer at once.",
    hint: "Close it elsewhere and open it again.",
  });
  expect(asked).toHaveLength(1);
  await open({ serviceId: "service-b" });
  expect(asked).toHaveLength(2);
});

test("of openings inside one round trip one is served; the others' viewers are told limit-reached", async () => {
  const { open, asked, served, acceptor } = await createStage();
  const ends = endsOf(...(await Promise.all([open(), open(), open()])));
  await expect.poll(() => ends, patient).toEqual(["limit-reached", "limit-reached"]);
  expect([asked.length, served.length, acceptor.tunnels().length]).toEqual([3, 1, 1]);
});

test("a page's new tunnel takes the place of the one that it supersedes, and of no other device's", async () => {
  const { open, served, acceptor } = await createStage();
  const older = await open();
  const ends = endsOf(older);
  await expect.poll(() => acceptor.tunnels().length, patient).toBe(1);
  const supersedes = older.tunnelId;
  const deviceKey = await nodePrimitives.generateKeyPair();
  await expect(open({ supersedes, deviceKey })).rejects.toMatchObject({ code: "limit-reached" });
  const newer = await open({ supersedes });
  await expect.poll(() => ends, patient).toEqual(["superseded"]);
  expect([served.length, newer.state]).toEqual([2, "attached"]);
  expect(acceptor.tunnels().map(({ tunnelId }) => Buffer.from(tunnelId))).toEqual([Buffer.from(newer.tunnelId)]);
});
