/** Sealing, framing and life of paths: what closes a path, and that nothing more dies of it. */
import { limits } from "@culvert/protocol";
import frameVectors from "@culvert/protocol/vectors/frames.json" with { type: "json" };
import type { Frame } from "@culvert/protocol/wire";
import type { AgentStage, OpenedTunnel } from "../agent-stage.ts";
import { type ConformanceCase, demand } from "../conformance-case.ts";
import { exchange, sendRequest, stillServes, wholeAnswer } from "../exchange.ts";
import { joined } from "../records.ts";
import { messageOf, type ScriptedPath } from "../scripted-path.ts";
import { hashOf, patternBytes } from "../target-app.ts";

/** A tunnel with a second path, both proved. */
async function twoPaths(stage: AgentStage): Promise<OpenedTunnel & { readonly second: ScriptedPath }> {
  const opened = await stage.open();
  const second = await stage.attach(opened, 2);
  await opened.tunnel.ping(opened.tunnel.first);
  await opened.tunnel.ping(second);
  return { ...opened, second };
}

/** What is done to the second path closes it with one of these codes; the first one goes on. */
function closesOnly(code: "path-failed" | "protocol-error", what: string, harm: (path: ScriptedPath) => void) {
  return async (stage: AgentStage): Promise<void> => {
    const { tunnel, second } = await twoPaths(stage);
    harm(second);
    await second.pipe.closed(what, code);
    await tunnel.until("PATH-ABANDONED on the other path", () => tunnel.abandoned.includes(2) || undefined);
    await stillServes(tunnel);
  };
}

const ping = messageOf({ type: "ping", nonce: 5 });
const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));

/** Accepted vectors whose frames a tunnel without streams may be sent: they change nothing. */
const harmless = new Set(["ping", "streams", "path-abandoned"]);

export const pathCases: readonly ConformanceCase<AgentStage>[] = [
  {
    ...{ id: "sealing.bit-flip", section: "Sealing", title: "a message with one bit changed closes its path only" },
    run: closesOnly("path-failed", "a message with one bit changed", (path) =>
      path.sendPlaintext(ping, (sealed) => sealed.with(3, (sealed[3] ?? 0) ^ 1)),
    ),
  },
  {
    ...{ id: "sealing.gap", section: "Sealing", title: "a message that is left out closes its path at the next one" },
    run: closesOnly("path-failed", "the message after a lost one", (path) => {
      path.sendPlaintext(ping, () => undefined);
      path.sendPlaintext(ping);
    }),
  },
  {
    ...{ id: "sealing.repeated", section: "Sealing", title: "a message that comes twice closes its path" },
    run: closesOnly("path-failed", "a message that comes twice", (path) =>
      path.sendPlaintext(ping, (sealed) => {
        path.pipe.send(sealed);
        return sealed;
      }),
    ),
  },
  {
    ...{ id: "sealing.swapped", section: "Sealing", title: "messages in another order close their path" },
    run: closesOnly("path-failed", "two messages in another order", (path) => {
      let held: Uint8Array | undefined;
      path.sendPlaintext(ping, (sealed) => {
        held = sealed;
        return undefined;
      });
      path.sendPlaintext(ping, (sealed) => {
        path.pipe.send(sealed);
        return held;
      });
    }),
  },
  {
    ...{ id: "sealing.cut", section: "Sealing", title: "a message shorter than its tag closes its path" },
    run: closesOnly("path-failed", "a message of 15 bytes", (path) =>
      path.sendPlaintext(ping, (sealed) => sealed.subarray(0, 15)),
    ),
  },
  {
    ...{ id: "sealing.other-path", section: "Sealing", title: "a message of another path does not open" },
    run: async (stage) => {
      const { tunnel, second } = await twoPaths(stage);
      tunnel.first.sendPlaintext(ping, (sealed) => {
        second.pipe.send(sealed);
        return sealed;
      });
      await second.pipe.closed("a message of path 1 on path 2", "path-failed");
      await stillServes(tunnel);
    },
  },
  {
    ...{
      id: "sealing.only-path",
      section: "Sealing",
      title: "a tunnel whose only path was tampered with waits for another",
    },
    run: async (stage) => {
      const opened = await stage.open();
      await opened.tunnel.ping();
      opened.tunnel.first.sendPlaintext(ping, (sealed) => sealed.with(0, (sealed[0] ?? 0) ^ 128));
      await opened.tunnel.first.pipe.closed("a message with one bit changed", "path-failed");
      await stage.attach(opened, 2);
      await stillServes(opened.tunnel);
    },
  },
  ...frameVectors.rejected.map(({ note, hex }) => ({
    ...({ id: `frames.refuses ${note}`, section: "Frames", title: `closes the path for: ${note}` } as const),
    run: closesOnly("protocol-error", note, (path) => path.sendPlaintext(bytesOf(hex))),
  })),
  ...frameVectors.accepted
    .filter(({ frames }) => (frames as readonly Frame[]).every(({ type }) => harmless.has(type)))
    .map(({ note, hex }) => ({
      ...({ id: `frames.reads ${note}`, section: "Frames", title: `reads: ${note}` } as const),
      run: async (stage: AgentStage) => {
        const { tunnel } = await stage.open();
        tunnel.first.sendPlaintext(joined(bytesOf(hex), messageOf({ type: "ping", nonce: 900 })));
        await tunnel.ping();
        await stillServes(tunnel);
      },
    })),
  {
    ...{ id: "frames.nothing-counts", section: "Messages", title: "nothing of a message that cannot be read counts" },
    needsApp: true,
    run: async (stage) => {
      const { tunnel, second } = await twoPaths(stage);
      const id = tunnel.nextStreamId();
      const frame: Frame = { type: "stream", id, offset: 0, kind: "http", end: false, bytes: new Uint8Array(0) };
      second.sendPlaintext(joined(messageOf({ type: "reset", id, kind: "http", code: 0x13 }), Uint8Array.of(0x3f)));
      await second.pipe.closed("a good frame and half a frame", "protocol-error");
      tunnel.first.send(frame);
      await tunnel.ping(tunnel.first);
      demand(tunnel.stream(id).resetAcks === 0, "a RESET in a message that cannot be read was acknowledged");
      tunnel.stream(id).sent = 0;
      demand((await exchange(tunnel, "/after")).head !== undefined, "the tunnel does not answer");
    },
  },
  {
    ...{ id: "paths.ping", section: "Frames", title: "PING is answered by PONG with its nonce, on its own path" },
    run: async (stage) => {
      const { tunnel, second } = await twoPaths(stage);
      const before = tunnel.pongs.get(1);
      await tunnel.ping(second);
      demand(tunnel.pongs.get(1) === before, "a PONG came on another path than its PING");
    },
  },
  {
    ...{ id: "paths.lost-under-way", section: "Streams", title: "an answer whose path is lost goes on over another" },
    needsApp: true,
    run: async (stage) => {
      const length = 300_000;
      const { tunnel, second } = await twoPaths(stage);
      tunnel.answers.window = false;
      const id = sendRequest(tunnel, `/bytes?n=${length}&lost`, { path: second });
      await tunnel.until("half of the answer", () => tunnel.stream(id).bytes.length > 100_000 || undefined);
      second.pipe.close("network");
      tunnel.answers.window = true;
      tunnel.stream(id).granted += limits.initialWindowBytes;
      tunnel.first.send({ type: "window", id, limit: tunnel.stream(id).granted });
      const { body } = await wholeAnswer(tunnel, id);
      demand(hashOf(body) === hashOf(patternBytes(length)), "the answer's bytes are not those that were sent");
    },
  },
  {
    ...{
      id: "paths.reattached",
      section: "Tunnel states",
      title: "a tunnel without a path is kept, and its streams go on",
    },
    needsApp: true,
    run: async (stage) => {
      const length = 300_000;
      const opened = await stage.open();
      const { tunnel } = opened;
      const id = sendRequest(tunnel, `/bytes?n=${length}&again`);
      await tunnel.until("some of the answer", () => tunnel.stream(id).bytes.length > 20_000 || undefined);
      tunnel.first.pipe.close("network");
      await stage.attach(opened, 2);
      const { body } = await wholeAnswer(tunnel, id);
      demand(hashOf(body) === hashOf(patternBytes(length)), "the answer's bytes are not those that were sent");
    },
  },
  {
    ...{
      id: "paths.abandoned",
      section: "Frames",
      title: "PATH-ABANDONED of a path that is gone changes nothing else",
    },
    run: async (stage) => {
      const { tunnel, second } = await twoPaths(stage);
      second.pipe.close("network");
      tunnel.first.send(
        { type: "path-abandoned", pathId: 2, code: 0x19 },
        { type: "path-abandoned", pathId: 2, code: 0x19 },
      );
      await stillServes(tunnel);
    },
  },
];
