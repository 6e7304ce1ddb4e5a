/**
 * Messages on the control stream: negotiation of further paths, and what a viewer must know of the app. Candidates trickle
 * from both sides.
 */
import { z } from "zod";
import { codeSchema } from "../code-schema.ts";

const pathId = z
  .number()
  .int()
  .min(1)
  .max(2 ** 31);
const sdp = z.string().max(32_768);

export const controlMessageSchema = z.discriminatedUnion("type", [
  /** viewer → agent: a new data channel path with this offer. */
  z.object({ type: z.literal("path-offer"), pathId, kind: z.enum(["direct", "turn"]), sdp }),
  /** agent → viewer. */
  z.object({ type: z.literal("path-answer"), pathId, sdp }),
  /** both ways; `candidate` empty = no more. */
  z.object({
    type: z.literal("path-candidate"),
    pathId,
    candidate: z.string().max(1_024),
    sdpMid: z.string().max(64).nullable(),
    sdpMLineIndex: z.number().int().min(0).max(64).nullable(),
  }),
  /** agent → viewer: nothing moves on this live path; another one is wanted. */
  z.object({ type: z.literal("path-suspect"), pathId }),
  /** agent → viewer: the app is at this port of the agent's loopback, and its pages may name it so. */
  z.object({ type: z.literal("app-address"), loopbackPort: z.number().int().min(1).max(65_535) }),
  /** both ways: this attempt is over. */
  z.object({ type: z.literal("path-failed"), pathId, code: codeSchema, message: z.string().max(512) }),
]);
export type ControlMessage = z.infer<typeof controlMessageSchema>;
/** Those about one path. */
export type PathMessage = Extract<ControlMessage, { readonly pathId: number }>;
