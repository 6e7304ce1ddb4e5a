/**
 * Terminals of a machine, as the agent's desk lists them: they are read through the tunnel like all of the desk, so
 * signaling knows neither that there are any nor what they are called. Times: ms since 1970, by the machine's clock.
 */
import { z } from "zod";
import { apiErrorSchema } from "./api.ts";
import { serviceNameSchema } from "./ids.ts";

const timeMs = z.number().nonnegative();

/** One session. `path`: its page below the service's own origin. `attachCommand`: null where no other terminal can have it. */
export const terminalSessionSchema = z.object({
  name: z.string().max(128),
  path: z
    .string()
    .max(256)
    .regex(/^\/(?!\/)/),
  /** `active`: wrote something within the last ten seconds. `ended`: only its transcript is left. */
  state: z.enum(["active", "quiet", "ended"]),
  /** The program in front; empty where it is not known. */
  command: z.string().max(256),
  createdAt: timeMs.nullable(),
  lastOutputAt: timeMs.nullable(),
  /** Pages that show it now, and terminals elsewhere. */
  viewers: z.number().int().nonnegative(),
  attached: z.number().int().nonnegative(),
  attachCommand: z.string().max(512).nullable(),
});
export type TerminalSession = z.infer<typeof terminalSessionSchema>;

/** What a service says that has terminals. `lost`: what they lack on this machine; null where nothing is. */
export const terminalListSchema = z.object({
  lost: z.string().max(512).nullable(),
  sessions: z.array(terminalSessionSchema).max(1_000),
});
export type TerminalList = z.infer<typeof terminalListSchema>;

/** `GET /terminals`: each service that has terminals. `fault`: why its sessions could not be listed. */
export const deskTerminalsSchema = z.object({
  nowMs: timeMs,
  services: z.array(
    terminalListSchema.extend({
      serviceName: serviceNameSchema,
      fault: apiErrorSchema.shape.error.nullable(),
    }),
  ),
});
export type DeskTerminals = z.infer<typeof deskTerminalsSchema>;
