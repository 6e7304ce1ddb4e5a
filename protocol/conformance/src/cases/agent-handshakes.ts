/** Handshakes with an agent: what it answers, what it refuses, and that nothing exists before the confirmation. */

import type { AgentStage, OpeningChanges } from "../agent-stage.ts";
import { type ConformanceCase, ConformanceFailure, demand } from "../conformance-case.ts";
import { stillServes } from "../exchange.ts";
import { thumbprint } from "../grant.ts";
import { freshDeviceKey, strangeKey } from "../kit-keys.ts";
import { ScriptedPath } from "../scripted-path.ts";

const section = "Handshakes";

/** An opening that the agent must refuse, sealed, with a code; then it closes the path. */
async function refused(stage: AgentStage, changes: OpeningChanges, ...codes: readonly string[]): Promise<void> {
  const grant = changes.grant ?? stage.grant();
  const { first, finish } = await stage.begin(grant, changes);
  const pipe = stage.join(grant);
  pipe.send(first);
  const { answer } = await finish(await pipe.next("a refusal"));
  if (answer.type === "accepted") throw new ConformanceFailure("the opening was accepted, a refusal was expected");
  demand(codes.includes(answer.code), `the refusal has ${answer.code}, expected ${codes.join(" or ")}`);
}

/** A first message that the agent cannot read closes the path. */
async function unread(stage: AgentStage, changes: OpeningChanges): Promise<void> {
  const grant = changes.grant ?? stage.grant();
  const { first } = await stage.begin(grant, changes);
  const pipe = stage.join(grant);
  pipe.send(first);
  await pipe.closed("a message 1 for another session", "path-failed");
}

async function unconfirmed(stage: AgentStage) {
  const grant = stage.grant();
  const { first, request, finish } = await stage.begin(grant);
  const pipe = stage.join(grant);
  pipe.send(first);
  const answer = await pipe.next("message 2");
  return { grant, first, request, finish, pipe, answer };
}

const other = "d".repeat(26);

export const handshakeCases: readonly ConformanceCase<AgentStage>[] = [
  {
    ...{ id: "handshake.opens", section, title: "an opening is answered, and a request on the tunnel too" },
    run: async (stage) => {
      const { tunnel, limits } = await stage.open();
      demand(limits.streams >= 1 && limits.windowBytes >= 1, "message 2 grants no stream or no window");
      await stillServes(tunnel);
    },
  },
  {
    ...{ id: "handshake.version-too-new", section, title: "a version that it does not speak is refused, sealed" },
    run: (stage) =>
      refused(
        stage,
        { request: { versions: { min: 999, max: 999 } }, script: { version: 999 } },
        "version-unsupported",
      ),
  },
  {
    ...{ id: "handshake.version-not-best", section, title: "a version that is not the best common one is refused" },
    run: (stage) => refused(stage, { script: { version: 2 } }, "version-unsupported"),
  },
  ...(["sessionId", "serverId", "serviceId"] as const).map((field) => ({
    ...({ id: `handshake.other-${field}`, section, title: `a prologue with another ${field} does not open` } as const),
    run: (stage: AgentStage) => {
      const grant = stage.grant();
      return unread(stage, { grant, script: { context: { ...grant, [field]: other } } });
    },
  })),
  {
    ...{ id: "handshake.changed-path-id", section, title: "a path id that was changed on the way does not open" },
    run: async (stage) => {
      const grant = stage.grant();
      const { first } = await stage.begin(grant);
      const pipe = stage.join(grant);
      pipe.send(Uint8Array.from([first[0] ?? 0, first[1] ?? 0, 7, ...first.subarray(3)]));
      await pipe.closed("a message 1 with another path id", "path-failed");
    },
  },
  {
    ...{ id: "handshake.malformed", section, title: "a first message of an unknown type closes the path" },
    run: async (stage) => {
      const pipe = stage.join(stage.grant());
      pipe.send(Uint8Array.from([0x07, 0x01, 0x01, 1, 2, 3]));
      await pipe.closed("a first message of type 7", "protocol-error");
    },
  },
  {
    ...{ id: "handshake.cut-short", section, title: "a message 1 that is cut short closes the path" },
    run: async (stage) => {
      const grant = stage.grant();
      const { first } = await stage.begin(grant);
      const pipe = stage.join(grant);
      pipe.send(first.subarray(0, 40));
      await pipe.closed("a message 1 of 40 bytes", "path-failed", "protocol-error");
    },
  },
  {
    ...{ id: "handshake.strange-token", section, title: "a token signed by a key that was never pinned is refused" },
    run: (stage) => refused(stage, { grant: stage.grant({ signedBy: strangeKey }) }, "unauthenticated", "forbidden"),
  },
  {
    ...{ id: "handshake.expired-token", section, title: "a token that was not used in time is refused" },
    run: (stage) => {
      const past = Math.floor(Date.now() / 1000) - 3_600;
      return refused(stage, { grant: stage.grant({ claims: { iat: past, exp: past + 60 } }) }, "expired");
    },
  },
  {
    ...{ id: "handshake.token-of-other-server", section, title: "a token for another server is refused" },
    run: (stage) => {
      const claims = { aud: other as AgentStage["serverId"] };
      return refused(stage, { grant: stage.grant({ claims }) }, "wrong-server", "forbidden");
    },
  },
  {
    ...{ id: "handshake.token-of-other-device", section, title: "a token for another device key is refused" },
    run: (stage) => {
      const claims = { cnf: { jkt: thumbprint(freshDeviceKey().publicKey) } };
      return refused(stage, { grant: stage.grant({ claims }) }, "wrong-device", "forbidden");
    },
  },
  {
    ...{ id: "handshake.used-token", section, title: "a token that opened a tunnel opens no other" },
    run: async (stage) => {
      const { grant } = await stage.open();
      await refused(stage, { grant }, "already-used");
    },
  },
  {
    ...{
      id: "handshake.repeated-message-1",
      section,
      title: "the same message 1 gets the same answer while unconfirmed",
    },
    run: async (stage) => {
      const { grant, first, answer } = await unconfirmed(stage);
      const again = stage.join(grant);
      again.send(first);
      const repeated = await again.next("message 2 again");
      demand(Buffer.compare(answer, repeated) === 0, "the same message 1 got two different answers");
    },
  },
  {
    ...{
      id: "handshake.confirmed-elsewhere",
      section,
      title: "the first path that confirms wins, others are superseded",
    },
    run: async (stage) => {
      const { grant, first, finish, pipe, answer } = await unconfirmed(stage);
      const again = stage.join(grant);
      again.send(first);
      await again.next("message 2 again");
      const { keys } = await finish(answer);
      new ScriptedPath(1, again, keys).sendPlaintext(new Uint8Array(0));
      await pipe.closed("the path that did not confirm", "superseded");
    },
  },
  {
    ...{ id: "handshake.replayed-message-1", section, title: "a message 1 of a confirmed tunnel opens nothing" },
    run: async (stage) => {
      const { tunnel, grant, first } = await stage.open();
      await stillServes(tunnel);
      const pipe = stage.join(grant);
      pipe.send(first);
      await pipe.closed("the path of a replayed message 1", "already-used");
      await stillServes(tunnel);
    },
  },
  {
    ...{ id: "handshake.second-opening", section, title: "another message 1 for a confirmed tunnel is refused" },
    run: async (stage) => {
      const { tunnel, grant, request } = await stage.open();
      await tunnel.ping();
      await refused(stage, { grant, request: { tunnelId: request.tunnelId } }, "already-used");
      await stillServes(tunnel);
    },
  },
  {
    ...{ id: "handshake.opening-anew", section, title: "the same device replaces its unconfirmed tunnel" },
    run: async (stage) => {
      const { grant, request, pipe } = await unconfirmed(stage);
      const { tunnel } = await stage.open({ grant, request: { tunnelId: request.tunnelId } });
      await pipe.closed("the path of the older opening", "superseded");
      await stillServes(tunnel);
    },
  },
  {
    ...{ id: "handshake.other-device", section, title: "another device cannot take an unconfirmed tunnel's id" },
    run: async (stage) => {
      const { request } = await unconfirmed(stage);
      await refused(stage, { request: { tunnelId: request.tunnelId } }, "already-used");
    },
  },
  {
    ...{
      id: "handshake.confirmation-with-content",
      section,
      title: "a first sealed message that is not empty closes the path",
    },
    run: async (stage) => {
      const { finish, pipe, answer } = await unconfirmed(stage);
      const { keys } = await finish(answer);
      new ScriptedPath(1, pipe, keys).send({ type: "ping", nonce: 1 });
      await pipe.closed("a confirmation with content", "protocol-error");
    },
  },
  {
    ...{ id: "handshake.wrong-confirmation", section, title: "a confirmation that does not open closes the path" },
    run: async (stage) => {
      const { pipe } = await unconfirmed(stage);
      pipe.send(new Uint8Array(16));
      await pipe.closed("a confirmation of zeros", "path-failed");
    },
  },
  {
    ...{
      id: "handshake.supersedes",
      section,
      title: "a newer tunnel of the same device ends the one that it supersedes",
    },
    run: async (stage) => {
      const older = await stage.open();
      await older.tunnel.ping();
      const grant = stage.grant();
      const claims = { cnf: { jkt: thumbprint(older.grant.deviceKey.publicKey) } };
      const same = { ...stage.grant({ claims }), deviceKey: older.grant.deviceKey };
      demand(grant.sessionId !== same.sessionId, "two sessions have one id");
      const newer = await stage.open({ grant: same, request: { supersedes: older.request.tunnelId } });
      await older.tunnel.closedWith("the older tunnel", "superseded");
      await stillServes(newer.tunnel);
    },
  },
  {
    ...{
      id: "handshake.supersedes-other-device",
      section,
      title: "another device cannot end a tunnel by superseding it",
    },
    run: async (stage) => {
      const older = await stage.open();
      await older.tunnel.ping();
      const newer = await stage.open({ request: { supersedes: older.request.tunnelId } });
      await stillServes(newer.tunnel);
      await stillServes(older.tunnel);
    },
  },
];
