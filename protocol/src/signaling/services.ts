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

/**
 * How a target's certificate is checked: against the authorities that this machine trusts, against one certificate's
 * SHA-256 fingerprint, or not at all. Nothing but these words makes a check weaker.
 */
export const targetTlsSchema = z.object({
  verify: z.union([
    z.enum(["system", "skip"]),
    z.object({
      /** 64 hexadecimal digits; colons between them are fine. */
      sha256: z.string().regex(/^[0-9a-f]{2}(:?[0-9a-f]{2}){31}$/i, "no SHA-256 fingerprint"),
    }),
  ]),
  /** What is asked for by SNI, and must stand in the certificate; the host's own name where it is left out. */
  serverName: z.string().min(1).max(255).optional(),
});
export type TargetTls = z.infer<typeof targetTlsSchema>;

/** A host's name or address without port, brackets or anything else of a URL. */
const host = z
  .string()
  .min(1)
  .max(255)
  .regex(/^([0-9A-Za-z_-]+(\.[0-9A-Za-z_-]+)*\.?|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$/, "no host name or address");

export const targetSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("loopback"), port, tls: targetTlsSchema.optional() }),
  z.object({ type: z.literal("lan"), host, port, tls: targetTlsSchema.optional() }),
  z.object({
    type: z.literal("unix"),
    /** Absolute; on Windows a pipe's name. */
    path: z
      .string()
      .max(255)
      .regex(/^(\/|\\\\[.?]\\pipe\\)[^\0]+$/, "no absolute path of a socket"),
  }),
  z.object({ type: z.literal("handler"), handlerId: z.string().min(1).max(128) }),
]);
export type Target = z.infer<typeof targetSchema>;

/** How far the relay may carry a service's app streams. */
export const relayPolicySchema = z.enum(["full", "fallback", "handshake-only"]);
export type RelayPolicy = z.infer<typeof relayPolicySchema>;

/** Host has a rule of its own; the others frame a message and are the agent's. */
const framingNames = /^(host|content-length|transfer-encoding|connection|upgrade|te|trailer|expect|keep-alive)$/i;
const fieldName = z
  .string()
  .max(256)
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "no header name")
  .refine((name) => !framingNames.test(name), "a header that the agent sets itself");
const fieldValue = z
  .string()
  .max(8_192)
  .regex(/^[\x20-\x7e]*$/, "no header value in printable ASCII");

/** Headers that a target gets otherwise than the viewer sent them. */
export const headerRulesSchema = z.object({
  /** In place of the target's own name and port. */
  host: z
    .string()
    .regex(/^[0-9A-Za-z._:[\]-]{1,255}$/, "no value for Host")
    .optional(),
  /** The app's own origin as it stands in Origin and Referer, in place of the target's: `https://app.example`. */
  origin: z
    .string()
    .regex(/^https?:\/\/[0-9A-Za-z._:[\]-]{1,255}$/, "no origin")
    .optional(),
  /** What viewers say of proxies before them; `drop` where it is left out, as targets believe it of a local peer. */
  forwarded: z.enum(["drop", "keep"]).optional(),
  /** Set on each request, in place of what the viewer sent. */
  set: z.record(fieldName, fieldValue).optional(),
});
export type HeaderRules = z.infer<typeof headerRulesSchema>;

/** How a target's health is looked at; a connection alone where it is left out. */
export const healthProbeSchema = z.object({
  /** Asked for by GET; an answer below 500 is healthy. */
  path: z
    .string()
    .max(2_048)
    .regex(/^\/[!"$-~]*$/, "no path"),
  intervalMs: z.number().int().min(1_000).max(3_600_000).optional(),
});
export type HealthProbe = z.infer<typeof healthProbeSchema>;

/** What all viewers of a service may use of it together; as much as they like where one is left out. */
export const serviceLimitsSchema = z.object({
  /** Viewers at once. */
  viewers: z.number().int().min(1).max(100_000).optional(),
  /** Requests, WebSockets and connections at once; further ones wait a moment. */
  streams: z.number().int().min(1).max(100_000).optional(),
  /** Bytes of one request's body. */
  bodyBytes: z.number().int().min(0).optional(),
  /** How long a target behind a socket may take until its answer begins. */
  answerMs: z.number().int().min(100).max(3_600_000).optional(),
});
export type ServiceLimits = z.infer<typeof serviceLimitsSchema>;

const supportedProtocolSchema = z.enum(["http", "sse", "websocket", "tcp"]);
/** What viewers may use of a service. */
export type SupportedProtocol = z.infer<typeof supportedProtocolSchema>;

/** Version 1 of a service definition. Target, policy and limits never leave the agent; `relayPolicy` is told and enforced by it. */
export const serviceDefinitionSchema = z.object({
  v: z.literal(1),
  name: serviceNameSchema,
  agentId: serverIdSchema,
  mode: z.enum(["http", "tcp"]),
  target: targetSchema,
  policy: servicePolicySchema,
  relayPolicy: relayPolicySchema.default("handshake-only"),
  /** Those that its mode has where it is left out. */
  supportedProtocols: z.array(supportedProtocolSchema).min(1).max(8).optional(),
  headers: headerRulesSchema.optional(),
  probe: healthProbeSchema.optional(),
  limits: serviceLimitsSchema.optional(),
});
export type ServiceDefinition = z.infer<typeof serviceDefinitionSchema>;

export const serviceHealthSchema = z.enum(["healthy", "unreachable", "unknown"]);
export type ServiceHealth = z.infer<typeof serviceHealthSchema>;

/** What the agent publishes of a service. */
export const publishedServiceSchema = z.object({
  name: serviceNameSchema,
  mode: z.enum(["http", "tcp"]),
  supportedProtocols: z.array(supportedProtocolSchema).max(8),
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
