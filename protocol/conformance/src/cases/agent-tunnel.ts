/** Signaling, control messages, DRAIN and CLOSE: the tunnel as a whole. */

import { codes, limits } from "@culvert/protocol";
import { controlMessageSchema, recordTypes } from "@culvert/protocol/http";
import { agentProof } from "@culvert/protocol/signaling";
import { decodeObject } from "@culvert/protocol/wire";
import type { AgentStage } from "../agent-stage.ts";
import { type ConformanceCase, demand } from "../conformance-case.ts";
import { sendRequest, stillServes, wholeAnswer } from "../exchange.ts";
import { isSignedBy, serverIdOfKey } from "../kit-keys.ts";
import { joined, objectRecord, readRecords, record } from "../records.ts";

export const tunnelCases: readonly ConformanceCase<AgentStage>[] = [
  {
    ...{ id: "signaling.hello", section: "Signaling", title: "its hello proves the identity key over nonce and host" },
    run: async ({ options: { identityKey, seen } }) => {
      const { nonce, host, hello } = seen;
      demand(hello.serverId === serverIdOfKey(identityKey), "the serverId is not the one of the identity key");
      demand(
        isSignedBy(identityKey, agentProof(nonce, host), hello.signature),
        `the signature is not the identity key's over the nonce and the host ${host}`,
      );
    },
  },
  {
    ...{ id: "signaling.grants-credit", section: "Signaling", title: "it grants relay credit as it consumes" },
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const { pipe } = tunnel.first;
      // An unknown frame of type 0x40 and 16,000 bytes is skipped; its bytes count as any others.
      const skipped = joined(Uint8Array.of(0x40, 0x40, 0x80, 0x00, 0x3e, 0x80), new Uint8Array(16_000));
      for (let count = 0; count < 16; count += 1) tunnel.first.sendPlaintext(skipped);
      await pipe.credit("credit for 256 KiB", 4 * limits.relayCreditBytes);
      await stillServes(tunnel);
    },
  },
  {
    ...{ id: "signaling.keeps-credit", section: "Signaling", title: "it sends nothing beyond the relay credit" },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const { pipe } = tunnel.first;
      pipe.grantsCredit = false;
      sendRequest(tunnel, "/bytes?n=200000&credit");
      const enough = limits.relayCreditBytes - limits.relayMessageBytes;
      await tunnel.until("what credit allows", () => pipe.receivedBytes >= enough || undefined);
      pipe.grantsCredit = true;
      const again = await stage.open();
      await stillServes(again.tunnel);
    },
  },
  {
    ...{
      id: "signaling.two-viewers",
      section: "Signaling",
      title: "one viewer's broken path leaves another viewer alone",
    },
    run: async (stage) => {
      const [one, two] = [await stage.open(), await stage.open()];
      one.tunnel.first.sendPlaintext(Uint8Array.of(0x3f));
      await one.tunnel.first.pipe.closed("an unknown frame", "protocol-error");
      await stillServes(two.tunnel);
    },
  },
  {
    ...{
      id: "control.unknown-type",
      section: "Control messages",
      title: "a control message of an unknown type is passed over",
    },
    run: async (stage) => {
      const { tunnel } = await stage.open();
      tunnel.write(0, "control", objectRecord(recordTypes.control, { type: "later-message", any: [1, 2] }));
      await stillServes(tunnel);
    },
  },
  {
    ...{
      id: "control.unknown-record",
      section: "Records",
      title: "a record of an unknown type is skipped on the control stream",
    },
    run: async (stage) => {
      const { tunnel } = await stage.open();
      tunnel.write(0, "control", record(0x3e, new Uint8Array(100)));
      await stillServes(tunnel);
    },
  },
  {
    ...{
      id: "control.hopeless-offer",
      section: "Control messages",
      title: "an offer that cannot work is answered by path-failed",
    },
    run: async (stage) => {
      const { tunnel } = await stage.open();
      const offer = { type: "path-offer", pathId: 5, kind: "direct", sdp: "v=0\r\nthis is no description" };
      tunnel.write(0, "control", objectRecord(recordTypes.control, offer));
      await tunnel.until("path-failed for path 5", () => {
        const { records } = readRecords(tunnel.stream(0).bytes);
        const said = records.map(({ bytes }) => decodeObject(controlMessageSchema, bytes, 65_536, "a control message"));
        return said.some((message) => message.type === "path-failed" && message.pathId === 5) || undefined;
      });
      await stillServes(tunnel);
    },
  },
  ...(["ends", "resets", "stops"] as const).map((what) => ({
    ...({
      id: `control.${what}`,
      section: "Streams",
      title: `a viewer that ${what} the control stream loses the tunnel`,
    } as const),
    run: async (stage: AgentStage) => {
      const { tunnel } = await stage.open();
      const code = codes.canceled.wire;
      if (what === "ends") tunnel.write(0, "control", new Uint8Array(0), { end: true });
      else if (what === "resets") tunnel.first.send({ type: "reset", id: 0, kind: "control", code });
      else tunnel.first.send({ type: "stop", id: 0, code });
      await tunnel.closedWith(`a viewer that ${what} stream 0`, "protocol-error");
    },
  })),
  {
    ...{
      id: "tunnel.drain",
      section: "Tunnel states",
      title: "after DRAIN what is under way is finished, nothing new is opened",
    },
    needsApp: true,
    run: async (stage) => {
      const { tunnel } = await stage.open();
      tunnel.answers.window = false;
      const id = sendRequest(tunnel, "/bytes?n=400000&drain");
      await tunnel.until("some of the answer", () => tunnel.stream(id).bytes.length > 10_000 || undefined);
      tunnel.first.send({ type: "drain" }, { type: "drain" });
      await tunnel.ping();
      tunnel.answers.window = true;
      tunnel.stream(id).granted = 1_000_000;
      tunnel.first.send({ type: "window", id, limit: 1_000_000 });
      const { body } = await wholeAnswer(tunnel, id);
      demand(body.length === 400_000, `the answer has ${body.length} bytes after DRAIN, 400000 were sent`);
      demand(
        [...tunnel.streams.keys()].every((known) => known % 2 === 0),
        "the agent opened a stream after DRAIN",
      );
    },
  },
  {
    ...{
      id: "tunnel.close",
      section: "Tunnel states",
      title: "CLOSE ends the tunnel: paths are closed, requests are given up",
    },
    needsApp: true,
    run: async (stage) => {
      const opened = await stage.open();
      const { tunnel } = opened;
      const id = sendRequest(tunnel, "/never?close");
      await tunnel.until("the answer's beginning", () => tunnel.stream(id).bytes.length > 5 || undefined);
      tunnel.first.send({ type: "close", code: codes.closed.wire, reason: "done" });
      await tunnel.first.pipe.closed("CLOSE");
      await stage.app.until(
        "the request is given up",
        "/never?close",
        ({ state }) => state === "aborted",
        stage.patienceMs,
      );
      const { pipe } = await stage.beginAttachment(opened, 2);
      await pipe.closed("an attachment to a closed tunnel", "not-found");
    },
  },
];
