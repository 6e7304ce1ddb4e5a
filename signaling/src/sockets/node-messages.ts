/**
 * What the viewer's node and the agent's node say to each other about a relay, beside its envelopes. Nodes trust each
 * other, but not that they run the same version: what does not fit is dropped.
 */
import { type Code, isCode } from "@culvert/protocol";
import { relayPolicySchema, sessionIdSchema, toViewerSchema } from "@culvert/protocol/signaling";
import { z } from "zod";
import { fromBusJson } from "../bus/index.ts";

const codeSchema = z.custom<Code>((value) => typeof value === "string" && isCode(value));
const relayId = z.number().int().positive();

/** viewer's node → `agent.<serverId>.<generation>`. `viewer`: the subject to answer at; `nodeId`: who dies with it. */
export const toAgentNodeSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("join"),
    viewer: z.string().max(128),
    nodeId: z.string().max(64),
    sessionId: sessionIdSchema,
    serviceName: z.string().max(256),
    relayPolicy: relayPolicySchema,
    sessionEndsAt: z.number(),
  }),
  z.object({ type: z.literal("welcomed"), relayId }),
  z.object({ type: z.literal("viewer-left"), relayId, code: codeSchema }),
  /** A newer connection of this agent was made at another node. */
  z.object({ type: z.literal("superseded") }),
]);
export type ToAgentNode = z.infer<typeof toAgentNodeSchema>;

/** The answer to `join`. */
export const joinAnswerSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("joined"), relayId }),
  z.object({ type: z.literal("full") }),
]);
export type JoinAnswer = z.infer<typeof joinAnswerSchema>;

/** agent's node → the viewer's subject. */
export const toViewerNodeSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("tell"), message: toViewerSchema }),
  z.object({ type: z.literal("leave"), code: codeSchema }),
  z.object({ type: z.literal("fail"), code: codeSchema, message: z.string() }),
]);
export type ToViewerNode = z.infer<typeof toViewerNodeSchema>;

/** A message of a schema; undefined for anything else. */
export function readNodeMessage<Schema extends z.ZodType>(
  schema: Schema,
  data: Uint8Array,
): z.infer<Schema> | undefined {
  const parsed = schema.safeParse(fromBusJson(data));
  return parsed.success ? parsed.data : undefined;
}

/** The subject of an attachment. */
export function agentSubject(serverId: string, generation: number): string {
  return `agent.${serverId}.${generation}`;
}
