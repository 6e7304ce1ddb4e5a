/** Further paths of a tunnel: NNpsk0 with an agent, and what it refuses. */
import type { AgentStage, OpenedTunnel } from "../agent-stage.ts";
import type { ConformanceCase } from "../conformance-case.ts";
import { exchange, stillServes } from "../exchange.ts";
import { primitives } from "../kit-keys.ts";
import { ScriptedPath } from "../scripted-path.ts";

const section = "Handshakes";

export const attachmentCases: readonly ConformanceCase<AgentStage>[] = [
  {
    ...{ id: "handshake.unknown-tunnel", section, title: "an attachment to a tunnel that it does not have: not-found" },
    run: async (stage) => {
      const opened = await stage.open();
      const { tunnel } = opened;
      const stranger = { tunnelId: primitives.randomBytes(16), psk: tunnel.psk } as OpenedTunnel["tunnel"];
      const { pipe } = await stage.beginAttachment({ tunnel: stranger, grant: opened.grant }, 2);
      await pipe.closed("an attachment to an unknown tunnel", "not-found");
    },
  },
  {
    ...{ id: "handshake.attaches", section, title: "a further path joins the tunnel and carries its streams" },
    run: async (stage) => {
      const opened = await stage.open();
      const path = await stage.attach(opened, 2);
      await opened.tunnel.ping(path);
      await exchange(opened.tunnel, "/on-path-2", { path });
    },
  },
  {
    ...{ id: "handshake.used-path-id", section, title: "a path id that was used closes the path; the tunnel lives on" },
    run: async (stage) => {
      const opened = await stage.open();
      await opened.tunnel.ping();
      const { pipe } = await stage.beginAttachment(opened, 1);
      await pipe.closed("an attachment with the first path's id", "already-used");
      await stillServes(opened.tunnel);
    },
  },
  {
    ...{ id: "handshake.wrong-secret", section, title: "an attachment with another secret closes the path only" },
    run: async (stage) => {
      const { tunnel, grant } = await stage.open();
      await tunnel.ping();
      const forged = { tunnelId: tunnel.tunnelId, psk: primitives.randomBytes(32) } as OpenedTunnel["tunnel"];
      const { pipe } = await stage.beginAttachment({ tunnel: forged, grant }, 2);
      await pipe.closed("an attachment with another secret", "path-failed");
      await stillServes(tunnel);
    },
  },
  {
    ...{
      id: "handshake.stale-standing",
      section,
      title: "what an attachment says of streams changes nothing where it is stale",
    },
    run: async (stage) => {
      const opened = await stage.open();
      const { tunnel } = opened;
      await stillServes(tunnel);
      const { pipe, begun } = await stage.beginAttachment(opened, 2, [
        { id: 2, received: 0, limit: 0 },
        { id: 0, received: 0, limit: 0 },
      ]);
      const { keys } = await begun.finish(await pipe.next("the answer to an attachment"));
      const path = new ScriptedPath(2, pipe, keys);
      path.sendPlaintext(new Uint8Array(0));
      tunnel.add(path);
      await tunnel.ping(path);
      await stillServes(tunnel);
    },
  },
];
