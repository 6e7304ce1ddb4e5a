/**
 * The tunnels that an agent has open, as it tells of them: which session, and by which kind of way. Invariant: no
 * address, no byte and no name of what is opened is in it.
 */
import { z } from "zod";
import { serviceNameSchema, sessionIdSchema } from "./ids.ts";

/** Kinds of ways, the best first. */
export const wayKinds = ["direct", "turn", "relay"] as const;
export const wayKindSchema = z.enum(wayKinds);
export type WayKind = z.infer<typeof wayKindSchema>;

/** One open tunnel. `way`: the kind that its app's bytes take now, null while there is none. */
export const openViewerSchema = z.object({
  sessionId: sessionIdSchema,
  serviceName: serviceNameSchema,
  way: wayKindSchema.nullable(),
  /** Round trip of that way in ms, as measured last. */
  rttMs: z.number().int().nonnegative().nullable(),
});
export type OpenViewer = z.infer<typeof openViewerSchema>;

/** Told at once, at most: what signaling lets one agent have, so that no presence grows beyond it. */
export const openViewersSchema = z.array(openViewerSchema).max(256);
