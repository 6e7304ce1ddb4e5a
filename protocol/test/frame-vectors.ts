/** Reads vectors/frames.json and turns its frames into ours. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Frame } from "../src/wire/frame.ts";

const number = z.number().int().nonnegative();
const kind = z.enum(["control", "http", "websocket", "tcp"]);
const hex = z
  .string()
  .regex(/^([0-9a-f]{2})*$/)
  .transform(bytesOf);
const range = z.object({ from: number, to: number });

const frameSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("stream"),
    id: number,
    offset: number,
    kind: kind.optional(),
    end: z.boolean(),
    bytes: hex,
  }),
  z.object({ type: z.literal("ping"), nonce: number }),
  z.object({ type: z.literal("pong"), nonce: number }),
  z.object({ type: z.literal("ack"), id: number, offset: number, ranges: z.array(range) }),
  z.object({ type: z.literal("window"), id: number, limit: number }),
  z.object({ type: z.literal("streams"), limit: number }),
  z.object({ type: z.literal("reset"), id: number, kind, code: number }),
  z.object({ type: z.literal("reset-ack"), id: number }),
  z.object({ type: z.literal("stop"), id: number, code: number }),
  z.object({ type: z.literal("stop-ack"), id: number }),
  z.object({ type: z.literal("path-abandoned"), pathId: number, code: number }),
  z.object({ type: z.literal("drain") }),
  z.object({ type: z.literal("close"), code: number, reason: z.string() }),
]);

const vectorsSchema = z.object({
  accepted: z.array(
    z.object({ note: z.string(), hex, frames: z.array(frameSchema), canonical: z.boolean().default(true) }),
  ),
  rejected: z.array(z.object({ note: z.string(), hex })),
});

/** Bytes of a text of hexadecimal digits. */
export function bytesOf(digits: string): Uint8Array {
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16),
  );
}

const file = readFileSync(new URL("../vectors/frames.json", import.meta.url), "utf8");
const vectors = vectorsSchema.parse(JSON.parse(file));

/** A message and the frames that it holds. */
export interface AcceptedVector {
  readonly note: string;
  readonly hex: Uint8Array;
  readonly frames: readonly Frame[];
  readonly canonical: boolean;
}

export const accepted: readonly AcceptedVector[] = vectors.accepted.map((vector) => ({
  ...vector,
  frames: vector.frames.map(withoutAbsentKind),
}));
export const rejected = vectors.rejected;

/** An absent kind is no field at all, as the decoder has it. */
function withoutAbsentKind(frame: z.infer<typeof frameSchema>): Frame {
  if (frame.type !== "stream") return frame;
  const { kind: named, ...rest } = frame;
  return named === undefined ? rest : { ...rest, kind: named };
}
