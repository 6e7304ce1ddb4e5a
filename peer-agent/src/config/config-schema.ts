/** What may stand in culvert.yaml. Unknown keys are refused everywhere: a policy that nobody reads allows everything. */
import { TunnelError } from "@culvert/protocol";
import {
  deskServiceName,
  headerRulesSchema,
  healthProbeSchema,
  relayPolicySchema,
  serviceLimitsSchema,
  serviceNameSchema,
  servicePolicySchema,
  targetTlsSchema,
} from "@culvert/protocol/signaling";
import { z } from "zod";
import { libraryChoices } from "../webrtc/library-choices.ts";
import { writtenTarget } from "./written-target.ts";

const port = z.int().min(1).max(65_535);
const tls = targetTlsSchema
  .extend({ verify: targetTlsSchema.shape.verify.default("system") })
  .strict()
  .describe("The app speaks TLS. Its certificate is checked by this machine's authorities unless this says otherwise.");

/** A target in full. */
export const configTargetSchema = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("loopback"), port, tls: tls.optional() }).describe("A port of this machine."),
    z
      .strictObject({ type: z.literal("lan"), host: z.string().min(1).max(255), port, tls: tls.optional() })
      .describe("Another machine near this one."),
    z
      .strictObject({ type: z.literal("unix"), path: z.string().min(2).max(255) })
      .describe("A socket in the file system, by its absolute path."),
    z
      .strictObject({
        type: z.literal("handler"),
        module: z.string().min(1).describe("JavaScript module, relative to this file."),
        export: z.string().min(1).optional().describe("Which of its exports; the default one where it is left out."),
      })
      .describe("Functions that answer in the agent's own process: fetch, webSocket, stream."),
  ])
  .describe("Where the app lives, in full.");

const policy = z
  .strictObject({
    allow: servicePolicySchema.shape.allow.strict().default({}).describe("All of it, where a list is left out."),
    deny: servicePolicySchema.shape.deny.unwrap().strict().optional().describe("Counts before what is allowed."),
  })
  .describe("Which methods, path prefixes and request headers reach the app.");

const labelKey = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$/, "a label is named with a-z, 0-9, dots and hyphens");

const service = z.strictObject({
  target: z
    .union([port, z.string().min(1).max(300).superRefine(checkWritten), configTargetSchema])
    .describe(
      "A port, an address (https://localhost:8443, http://nas.lan, tcp://localhost:5432, unix:/run/app.sock), or in full.",
    ),
  mode: z.enum(["http", "tcp"]).optional().describe("tcp carries bytes as they are, for culvert forward."),
  policy: policy.optional(),
  headers: headerRulesSchema
    .strict()
    .optional()
    .describe("Headers that the app gets otherwise than viewers send them: Host, Origin, X-Forwarded-*, others."),
  probe: healthProbeSchema
    .strict()
    .optional()
    .describe("How its health is looked at; a connection alone where it is left out."),
  relay: relayPolicySchema
    .default("handshake-only")
    .describe("What the dashboard's server may carry, sealed, where no direct path is up."),
  limits: serviceLimitsSchema
    .strict()
    .optional()
    .describe("What all its viewers may use together: viewers, streams, bytes of a request's body, time to an answer."),
  labels: z
    .record(labelKey, z.string().max(64))
    .refine((labels) => Object.keys(labels).length <= 16, "more than 16 labels")
    .optional()
    .describe("Words for people and scripts of this machine, shown by culvert services; they stay here."),
});

/** One service. What belongs to HTTP is refused for bytes that are carried as they are. */
export const configServiceSchema = service.superRefine((given, context) => {
  const written = typeof given.target === "string" ? placeOrFault(given.target) : undefined;
  const isTcpAddress = written instanceof TunnelError ? false : written?.mode === "tcp";
  if (isTcpAddress && given.mode === "http") tell(context, ["mode"], "its target says tcp");
  if (given.mode !== "tcp" && !isTcpAddress) return;
  const words = "a tcp service carries bytes as they are, and has no requests";
  for (const key of ["policy", "headers", "probe"] as const) if (given[key] !== undefined) tell(context, [key], words);
  for (const key of ["bodyBytes", "answerMs"] as const) {
    if (given.limits?.[key] !== undefined) tell(context, ["limits", key], words);
  }
});
export type ConfigService = z.infer<typeof configServiceSchema>;

/** The whole file. The first service is what "Open" opens. */
export const configSchema = z.strictObject({
  server: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .describe("Address of the dashboard; the enrolled one where it is left out."),
  label: z.string().trim().min(1).max(64).optional().describe("What the dashboard calls this machine."),
  webrtc: z.enum(libraryChoices).default("auto").describe("WebRTC library."),
  services: z
    .record(serviceNameSchema, configServiceSchema)
    .refine((services) => Object.keys(services).length > 0, "no service stands here")
    .refine((services) => Object.keys(services).length <= 64, "more than 64 services")
    .refine((services) => !Object.hasOwn(services, deskServiceName), `"${deskServiceName}" is the agent's own`)
    .describe("Services by name: lower-case letters, digits and hyphens. The first one is what Open opens."),
});
export type Config = z.infer<typeof configSchema>;

function checkWritten(text: string, context: z.RefinementCtx): void {
  const place = placeOrFault(text);
  if (place instanceof TunnelError) context.addIssue({ code: "custom", message: place.message });
}

function placeOrFault(text: string) {
  try {
    return writtenTarget(text);
  } catch (thrown) {
    return TunnelError.from(thrown);
  }
}

function tell(context: z.RefinementCtx, path: string[], message: string): void {
  context.addIssue({ code: "custom", path, message });
}
