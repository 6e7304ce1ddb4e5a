/** Sealing and framing with a viewer: what closes a path; it returns by another, and its streams go on. */
import frameVectors from "@culvert/protocol/vectors/frames.json" with { type: "json" };
import type { ConformanceCase } from "../conformance-case.ts";
import { demand } from "../conformance-case.ts";
import { messageOf, type ScriptedPath } from "../scripted-path.ts";
import { hashOf, patternBytes } from "../target-app.ts";
import { answerOf, type ViewerStage } from "../viewer-stage.ts";

const ping = messageOf({ type: "ping", nonce: 5 });

/** Harm to the only path loses it; the viewer comes back with another and asks on. */
function losesPath(what: string, harm: (path: ScriptedPath) => void) {
  return async (stage: ViewerStage): Promise<void> => {
    const opened = await stage.open(["GET /waits"]);
    const { tunnel } = opened;
    const id = await stage.request(tunnel, "/waits");
    harm(tunnel.first);
    await tunnel.first.pipe.closed(what);
    await stage.attached(opened);
    tunnel.write(id, "http", answerOf(200, patternBytes(100)), { end: true });
    await stage
      .request(tunnel, "/next")
      .then(() =>
        tunnel.until("an ACK of END", () => tunnel.stream(id).acknowledged === tunnel.stream(id).sent || undefined),
      );
  };
}

export const viewerPathCases: readonly ConformanceCase<ViewerStage>[] = [
  {
    ...{ id: "sealing.bit-flip", section: "Sealing", title: "a message with one bit changed closes its path only" },
    run: losesPath("a message with one bit changed", (path) =>
      path.sendPlaintext(ping, (sealed) => sealed.with(3, (sealed[3] ?? 0) ^ 1)),
    ),
  },
  {
    ...{ id: "sealing.gap", section: "Sealing", title: "a message that is left out closes its path at the next one" },
    run: losesPath("the message after a lost one", (path) => {
      path.sendPlaintext(ping, () => undefined);
      path.sendPlaintext(ping);
    }),
  },
  {
    ...{ id: "sealing.repeated", section: "Sealing", title: "a message that comes twice closes its path" },
    run: losesPath("a message that comes twice", (path) =>
      path.sendPlaintext(ping, (sealed) => {
        path.pipe.send(sealed);
        return sealed;
      }),
    ),
  },
  ...frameVectors.rejected.map(({ note, hex }) => ({
    ...({ id: `frames.refuses ${note}`, section: "Frames", title: `closes the path for: ${note}` } as const),
    run: async (stage: ViewerStage) => {
      const { tunnel } = await stage.open([]);
      tunnel.first.sendPlaintext(new Uint8Array(Buffer.from(hex, "hex")));
      await tunnel.first.pipe.closed(note);
    },
  })),
  {
    ...{ id: "frames.skips", section: "Frames", title: "an unknown frame from 0x40 on is skipped by its length" },
    run: async (stage) => {
      const { tunnel } = await stage.open([]);
      tunnel.first.sendPlaintext(Uint8Array.from([0x40, 0x40, 0x02, 0xaa, 0xbb, ...ping]));
      await tunnel.ping();
    },
  },
  {
    ...{ id: "paths.lost-under-way", section: "Streams", title: "an answer whose path is lost goes on over the next" },
    run: async (stage) => {
      const bytes = answerOf(200, patternBytes(200_000));
      const opened = await stage.open(["GET /long"]);
      const { tunnel } = opened;
      const id = await stage.request(tunnel, "/long");
      tunnel.write(id, "http", bytes.subarray(0, 90_000));
      await tunnel.until("an ACK of some bytes", () => tunnel.stream(id).acknowledged > 0 || undefined);
      tunnel.first.pipe.close("network");
      await stage.attached(opened);
      // Bytes that came before come again, and the rest.
      tunnel.write(id, "http", bytes.subarray(40_000), { offset: 40_000, end: true });
      await tunnel.until("an ACK of END", () => tunnel.stream(id).acknowledged === bytes.length + 1 || undefined);
    },
  },
  {
    ...{
      id: "paths.upload-lost",
      section: "Streams",
      title: "what it sent on a lost path comes again on the next, the same bytes",
    },
    run: async (stage) => {
      const opened = await stage.open(["POST /upload 200000"]);
      const { tunnel } = opened;
      tunnel.answers.ack = false;
      const id = await stage.request(tunnel, "/upload");
      await tunnel.until("some of the upload", () => tunnel.stream(id).bytes.length > 50_000 || undefined);
      tunnel.first.pipe.close("network");
      tunnel.answers.ack = true;
      await stage.attached(opened);
      tunnel.path.send({ type: "ack", id, offset: tunnel.stream(id).offset, ranges: [] });
      await tunnel.until("END of the upload", () => tunnel.stream(id).isEnded || undefined);
      demand(tunnel.stream(id).bytes.length > 200_000, "the upload is shorter than its script says");
      demand(
        hashOf(tunnel.stream(id).bytes.slice(-1_000)) === hashOf(new Uint8Array(1_000)),
        "the upload's end is not zeros",
      );
    },
  },
];
