/** Payloads inside the Noise messages of a tunnel's first path: msgpack objects, checked here after decryption. */
import { z } from "zod";
import { codeSchema } from "../code-schema.ts";

const bytes16 = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === 16, "16 bytes");
const versions = z.object({ min: z.number().int().min(1), max: z.number().int().min(1) });

/** Message 1, viewer → agent. It can be replayed, so it opens nothing. */
export const openRequestSchema = z.object({
  token: z.string().max(4_096),
  tunnelId: bytes16,
  versions,
  capabilities: z.array(z.string().max(64)).max(32),
  /** An older tunnel of the same page, which the agent may end. */
  supersedes: bytes16.optional(),
  /** The secret of a link by which the agent's owner approves this device. */
  approval: z.string().max(128).optional(),
});
export type OpenRequest = z.infer<typeof openRequestSchema>;

/** Message 2, agent → viewer: the tunnel's limits, or why not. */
export const openAnswerSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("accepted"),
    limits: z.object({
      streams: z.number().int().min(1).max(1_000_000),
      windowBytes: z
        .number()
        .int()
        .min(1)
        .max(2 ** 32),
      graceMs: z.number().int().min(0).max(86_400_000),
    }),
    capabilities: z.array(z.string().max(64)).max(32),
  }),
  z.object({ type: z.literal("refused"), code: codeSchema, message: z.string().max(512), hint: z.string().max(512) }),
]);
export type OpenAnswer = z.infer<typeof openAnswerSchema>;

/** Entries that a receiver takes; a sender leaves out what is beyond. */
export const mostStandings = 4_096;

/** Payload of both NNpsk0 messages: where the sender stands in each live stream; stale values are harmless. */
export const attachPayloadSchema = z.object({
  streams: z
    .array(
      z.object({
        id: z.number().int().nonnegative(),
        received: z.number().int().nonnegative(),
        limit: z.number().int().nonnegative(),
      }),
    )
    .max(mostStandings),
});
export type AttachPayload = z.infer<typeof attachPayloadSchema>;
