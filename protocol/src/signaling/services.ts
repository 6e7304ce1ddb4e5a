/** Service definitions as the agent keeps them, and what of them the control plane is told. */
import { z } from "zod";
import { serverIdSchema, serviceIdSchema, serviceNameSchema } from "./ids.ts";

const pathPrefixes = z.array(z.string().startsWith("/").max(2_048)).max(100);
const headerNames = z
  .array(
    z
      .string()
      .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/)
      .max(256),
  )
  .max(100);

export const servicePolicySchema = z.object({
  allow: z.object({
    methods: z
      .array(
        z
          .string()
          .regex(/^[A-Z]+$/)
          .max(32),
      )
      .max(32)
      .optional(),
    pathPrefixes: pathPrefixes.optional(),
    headers: headerNames.optional(),
  }),
  deny: z.object({ pathPrefixes: pathPrefixes.optional(), headers: headerNames.optional() }).optional(),
});
export type ServicePolicy = z.infer<typeof servicePolicySchema>;

const port = z.number().int().min(1).max(65_535);
export const targetSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("loopback"), port }),
  z.object({ type: z.literal("lan"), host: z.string().min(1).max(255), port }),
  z.object({ type: z.literal("handler"), handlerId: z.string().min(1).max(128) }),
]);
export type Target = z.infer<typeof targetSchema>;

/** How far the relay may carry a service's app streams. */
export const relayPolicySchema = z.enum(["full", "fallback", "handshake-only"]);
export type RelayPolicy = z.infer<typeof relayPolicySchema>;

/** Version 1 of a service definition. Target and policy never leave the agent; `relayPolicy` is told and enforced by it. */
export const serviceDefinitionSchema = z.object({
  v: z.literal(1),
  name: serviceNameSchema,
  agentId: serverIdSchema,
  mode: z.enum(["http", "tcp"]),
  target: targetSchema,
  policy: servicePolicySchema,
  relayPolicy: relayPolicySchema.default("handshake-only"),
});
export type ServiceDefinition = z.infer<typeof serviceDefinitionSchema>;

export const serviceHealthSchema = z.enum(["healthy", "unreachable", "unknown"]);
export type ServiceHealth = z.infer<typeof serviceHealthSchema>;

/** What the agent publishes of a service. */
export const publishedServiceSchema = z.object({
  name: serviceNameSchema,
  mode: z.enum(["http", "tcp"]),
  supportedProtocols: z.array(z.enum(["http", "sse", "websocket", "tcp"])).max(8),
  health: serviceHealthSchema,
  /** `handshake-only` where it is left out. */
  relayPolicy: relayPolicySchema.optional(),
});
export type PublishedService = z.infer<typeof publishedServiceSchema>;

/** A service as the dashboard sees it. */
export const serviceViewSchema = z.object({
  serviceId: serviceIdSchema,
  serviceName: serviceNameSchema,
  mode: z.enum(["http", "tcp"]),
  supportedProtocols: z.array(z.string()),
  health: serviceHealthSchema,
});
export type ServiceView = z.infer<typeof serviceViewSchema>;
