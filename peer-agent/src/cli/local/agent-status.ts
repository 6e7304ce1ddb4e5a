/** What a running agent says of itself to commands of its own machine. */
import { relayPolicySchema, serviceHealthSchema } from "@culvert/protocol/signaling";
import { z } from "zod";

const pathSchema = z.object({ kind: z.enum(["direct", "turn", "relay"]), rttMs: z.number().nullable() });

/** `GET /status`. Times: ms since 1970. */
export const agentStatusSchema = z.object({
  v: z.literal(1),
  version: z.string(),
  pid: z.number().int(),
  startedAt: z.number(),
  serverId: z.string(),
  label: z.string(),
  serverUrl: z.string(),
  link: z.object({
    state: z.enum(["connecting", "online", "waiting", "stopped"]),
    /** Why it waits or has stopped. */
    reason: z.string().optional(),
  }),
  services: z.array(
    z.object({
      name: z.string(),
      mode: z.enum(["http", "tcp"]),
      health: serviceHealthSchema,
      /** As people call it: `port 3000`. */
      target: z.string(),
      relayPolicy: relayPolicySchema,
      /** As culvert.yaml says them. */
      labels: z.record(z.string(), z.string()).default({}),
    }),
  ),
  viewers: z.array(
    z.object({
      viewerId: z.string(),
      serviceName: z.string(),
      /** The path that its bytes take; null while there is none. */
      path: pathSchema.nullable(),
    }),
  ),
  requests: z.object({ total: z.number().int(), perSecond: z.number() }),
  /** The configuration file; null where there is none. `fault`: why what stands in it now is not in force. */
  config: z.object({ path: z.string(), loadedAt: z.number(), fault: z.string().nullable() }).nullable(),
});
export type AgentStatus = z.infer<typeof agentStatusSchema>;

/** One thing that happened; more fields by type. `text` is empty for what people need not read. */
export const logRecordSchema = z.looseObject({
  time: z.iso.datetime(),
  type: z.string(),
  mark: z.enum(["ready", "connecting", "degraded", "lost", "offline", "note"]),
  text: z.string(),
});
export type LogRecord = z.infer<typeof logRecordSchema>;
