/**
 * What a signaling server is told at its start, checked once. Flags and CULVERT_* variables become these options in
 * command-line.ts; programs that embed the server pass them directly.
 */
import { fileURLToPath } from "node:url";
import { TunnelError } from "@culvert/protocol";
import { z } from "zod";
import { serverLimits } from "../limits.ts";

const repository = new URL("../../../", import.meta.url);
const perMinute = z.number().int().positive();

/** Tries per minute and address. */
const rateLimitsSchema = z.object({
  signIn: perMinute.default(30),
  redeem: perMinute.default(30),
  createSession: perMinute.default(240),
});

export const serverOptionsSchema = z.object({
  /** Folder of the store and the key files; made if missing, used by one process at a time. */
  dataFolder: z.string().min(1),
  host: z.string().min(1).default("127.0.0.1"),
  /** 0: any free port. */
  port: z.number().int().min(0).max(65_535).default(4000),
  /** Take the next free port where this one is taken. */
  nextFreePort: z.boolean().default(false),
  /** Origin of the dashboard as browsers see it; default `http://culvert.localhost:<port>`. */
  origin: z.string().optional(),
  dashboardFolder: z.string().default(fileURLToPath(new URL("dashboard/dist/", repository))),
  appOriginFolder: z.string().default(fileURLToPath(new URL("browser-client/dist/app-origin/", repository))),
  /** Take the client's address from the end of X-Forwarded-For: only behind one proxy that adds it there. */
  trustProxy: z.boolean().default(false),
  /** Answer STUN binding requests over UDP and name the responder in iceServers. */
  stun: z.boolean().default(true),
  /** Relay bytes of one `full` or `fallback` session, both ways together; then its relay ends as `budget-exhausted`. */
  relayBudgetBytes: z.number().int().nonnegative().default(serverLimits.relayBudgetBytes),
  ownerEmail: z.email().default("owner@culvert.localhost"),
  logLevel: z.enum(["silent", "error", "warn", "info", "debug"]).default("info"),
  rateLimits: rateLimitsSchema.prefault({}),
});

/** Options as a caller may write them: only `dataFolder` is needed. */
export type SignalingServerOptions = z.input<typeof serverOptionsSchema>;
/** Options with every default filled in. */
export type ServerOptions = z.infer<typeof serverOptionsSchema>;

/** Checked options; throws `invalid-request` that names the option and what it wants. */
export function parseServerOptions(options: SignalingServerOptions): ServerOptions {
  const parsed = serverOptionsSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
  throw new TunnelError("invalid-request", `These options do not fit: ${faults}`);
}
