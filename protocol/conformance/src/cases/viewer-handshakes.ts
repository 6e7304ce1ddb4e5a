/** Handshakes with a viewer: what it sends first, and that it takes no answer but the agent's. */
import { codes, limits, protocolVersions } from "@culvert/protocol";
import { type ConformanceCase, ConformanceFailure, demand } from "../conformance-case.ts";
import type { RelayPipe } from "../relay-pipe.ts";
import { readFirst } from "../script-handshake.ts";
import { grantedLimits, type ViewerStage } from "../viewer-stage.ts";

const section = "Handshakes";

/** The viewer must give the path up without a confirmation. */
async function givenUp(pipe: RelayPipe, what: string): Promise<void> {
  const before = pipe.receivedBytes;
  await pipe.closed(what);
  if (pipe.receivedBytes > before) throw new ConformanceFailure(`${what}: it was confirmed or answered`);
}

export const viewerHandshakeCases: readonly ConformanceCase<ViewerStage>[] = [
  {
    ...{ id: "handshake.first-message", section, title: "message 1 is complete, for the session's agent and service" },
    run: async (stage) => {
      const { first, request, grant, deviceKey } = await stage.opening();
      demand(first.version === protocolVersions.max, `it begins with version ${first.version}`);
      demand(first.pathId >= 1, "path ids begin at 1");
      demand(request.token === grant.token, "the token is not the one of its session");
      demand(
        request.versions.min <= first.version && request.versions.max === first.version,
        "version is not its highest",
      );
      const proved = Buffer.compare(deviceKey, grant.deviceKey.publicKey) === 0;
      demand(proved, "its static key is not the device key that the session was made for");
    },
  },
  {
    ...{ id: "handshake.confirms", section, title: "it confirms with an empty sealed message, then sends frames" },
    run: async (stage) => {
      const { tunnel } = await stage.open([]);
      await tunnel.ping();
    },
  },
  {
    ...{ id: "handshake.refusal", section, title: "a refusal is taken: no confirmation follows" },
    run: async (stage) => {
      const { pipe, answer } = await stage.opening();
      const { message } = await answer({ type: "refused", code: "policy", message: "not today", hint: "ask" });
      pipe.send(message);
      await givenUp(pipe, "a refusal");
    },
  },
  {
    ...{ id: "handshake.changed-answer", section, title: "an answer with one bit changed opens nothing" },
    run: async (stage) => {
      const { pipe, answer } = await stage.opening();
      const { message } = await answer({ type: "accepted", limits: grantedLimits, capabilities: [] });
      pipe.send(message.with(-1, (message.at(-1) ?? 0) ^ 1));
      await givenUp(pipe, "an answer with one bit changed");
    },
  },
  {
    ...{ id: "handshake.other-type", section, title: "an answer of another type opens nothing" },
    run: async (stage) => {
      const { pipe, answer } = await stage.opening();
      const { message } = await answer({ type: "accepted", limits: grantedLimits, capabilities: [] });
      pipe.send(message.with(0, 0x04));
      await givenUp(pipe, "an answer of type 4");
    },
  },
  {
    ...{ id: "handshake.echoed", section, title: "its own message 1 as the answer opens nothing" },
    run: async (stage) => {
      const { pipe, first } = await stage.opening();
      pipe.send(Uint8Array.from([0x03, ...first.noise]));
      await givenUp(pipe, "its own message 1 as the answer");
    },
  },
  {
    ...{
      id: "handshake.attaches-again",
      section: "Tunnel states",
      title: "it returns with a new path after it lost all",
    },
    run: async (stage) => {
      const opened = await stage.open([]);
      await opened.tunnel.ping();
      opened.tunnel.first.pipe.close("network");
      const path = await stage.attached(opened);
      await opened.tunnel.ping(path);
    },
  },
  {
    ...{
      id: "handshake.unknown-tunnel",
      section,
      title: "where the agent does not know its tunnel, it opens a new one",
    },
    run: async (stage) => {
      const { tunnel, grant } = await stage.open([]);
      await tunnel.ping();
      tunnel.first.pipe.close("network");
      const pipe = await stage.pipe(grant);
      const first = readFirst(await pipe.next("an attachment"));
      demand(first.type === 0x02, "a lost path was followed by an opening, not an attachment");
      pipe.close("not-found");
      const again = await stage.opening();
      demand(Buffer.compare(again.request.tunnelId, tunnel.tunnelId) !== 0, "the new tunnel has the old one's id");
    },
  },
  {
    ...{
      id: "handshake.close",
      section: "Tunnel states",
      title: "CLOSE ends its tunnel: it closes its paths without an answer",
    },
    run: async (stage) => {
      const { tunnel } = await stage.open([]);
      await tunnel.ping();
      tunnel.first.send({ type: "close", code: codes.revoked.wire, reason: "taken back" });
      await tunnel.first.pipe.closed("CLOSE");
      demand(tunnel.close === undefined, "it answered CLOSE by CLOSE");
      demand(tunnel.first.pipe.sentBytes < limits.relayCreditBytes, "the kit sent more than the case says");
    },
  },
];
