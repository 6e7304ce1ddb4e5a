/**
 * What a signaling server is told at its start, checked once. Flags and CULVERT_* variables become these options in
 * command-line.ts; programs that embed the server pass them directly.
 */
import { fileURLToPath } from "node:url";
import { TunnelError } from "@culvert/protocol";
import { z } from "zod";
import { serverLimits } from "../limits.ts";
import { appPortsSchema } from "./app-ports.ts";
import { trustProxySchema } from "./trusted-proxies.ts";

const repository = new URL("../../../", import.meta.url);
const perMinute = z.number().int().positive();

/** Tries per minute and address; `api`: requests per minute of an account, and of an address that is not this machine. */
const rateLimitsSchema = z.object({
  signIn: perMinute.default(30),
  redeem: perMinute.default(30),
  createSession: perMinute.default(240),
  openShare: perMinute.default(60),
  api: perMinute.default(1_200),
});

const count = z.number().int().positive();

/** The most that one account, or one address, may have at a time. */
const quotasSchema = z.object({
  serversPerAccount: count.default(serverLimits.serversPerAccount),
  sessionsPerAccount: count.default(serverLimits.liveSessions),
  /** Viewers' sockets at this node. */
  socketsPerAccount: count.default(serverLimits.socketsPerAccount),
  /** Sockets at this node; addresses of this machine, where a proxy speaks for everybody, are not counted. */
  socketsPerAddress: count.default(serverLimits.socketsPerAddress),
  /** What the relay carries for one account in 24 h, both ways together, on all nodes. */
  relayBytesPerDay: count.default(serverLimits.relayBytesPerDay),
});

/** `host:port` as peers reach it. */
const hostAndPort = z
  .string()
  .regex(/^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}$/, "wants host and port, as in culvert.example:3478");

const turnUrl = z
  .string()
  .max(256)
  .regex(
    /^turns?:[^\s,?]+(?:\?transport=(?:udp|tcp))?$/,
    "wants a TURN URL, as in turn:turn.example:3478?transport=udp",
  );

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
  /** Each service gets a port of these in the place of a name below the dashboard's: for hosts without wildcard DNS. */
  appPorts: appPortsSchema.optional(),
  /** Listen at the app ports that were given. Left out: where the origin is http; with https a proxy listens there. */
  listenAtAppPorts: z.boolean().optional(),
  dashboardFolder: z.string().default(fileURLToPath(new URL("dashboard/dist/", repository))),
  appOriginFolder: z.string().default(fileURLToPath(new URL("browser-client/dist/app-origin/", repository))),
  /** Whose X-Forwarded-For is believed (trusted-proxies.ts). */
  trustProxy: trustProxySchema.default(false),
  /** Answer STUN binding requests over UDP and name the responder in iceServers. */
  stun: z.boolean().default(true),
  /** Where the STUN responder listens: everywhere, because the HTTP port is often this machine's own, behind a proxy. */
  stunHost: z.string().min(1).default("0.0.0.0"),
  /** 0: any free port; left out: 3478 or the next free one. */
  stunPort: z.number().int().min(0).max(65_535).optional(),
  /** The STUN server as peers reach it, where that is not the dashboard's name and the responder's port. */
  stunAdvertise: hostAndPort.optional(),
  /** A TURN server that shares a secret with this one; without it peers are told of none. */
  turn: z
    .object({ urls: z.array(turnUrl).min(1).max(8), secret: z.string().min(16, "wants 16 characters or more") })
    .optional(),
  /** Where figures for Prometheus are served, on a port of their own; left out: nowhere. */
  metrics: z
    .object({ host: z.string().min(1).default("127.0.0.1"), port: z.number().int().min(0).max(65_535) })
    .optional(),
  /** Relay bytes of one `full` or `fallback` session, both ways together; then its relay ends as `budget-exhausted`. */
  relayBudgetBytes: z.number().int().nonnegative().default(serverLimits.relayBudgetBytes),
  /** A launch link opens within this time. */
  launchTtlSeconds: z.number().int().min(1).max(86_400).default(300),
  /** PostgreSQL instead of the folder's own store. */
  databaseUrl: z.string().min(1).optional(),
  /** NATS between several nodes on one database. */
  natsUrl: z.string().min(1).optional(),
  /** The text of `signing-key.json`, the same at every node; left out: the data folder's own. */
  signingKey: z.string().min(1).optional(),
  /** Signs session cookies, the same at every node; left out: the data folder's own. */
  cookieSecret: z.string().min(16, "wants 16 characters or more").optional(),
  /** An OpenID Connect provider that members may sign in by (identity-provider.ts). */
  identityProvider: z
    .object({
      issuer: z.url({ protocol: /^https?$/ }).transform((issuer) => issuer.replace(/\/$/, "")),
      name: z.string().trim().min(1).max(32).default("single sign-on"),
      clientId: z.string().min(1),
      clientSecret: z.string().min(1),
      newcomers: z.enum(["refuse", "operator", "auditor", "own-account"]).default("refuse"),
    })
    .optional(),
  ownerEmail: z.email().default("owner@culvert.localhost"),
  logLevel: z.enum(["silent", "error", "warn", "info", "debug"]).default("info"),
  rateLimits: rateLimitsSchema.prefault({}),
  quotas: quotasSchema.prefault({}),
});

/** Options as a caller may write them: only `dataFolder` is needed. */
export type SignalingServerOptions = z.input<typeof serverOptionsSchema>;
/** Options with every default filled in. */
export type ServerOptions = z.infer<typeof serverOptionsSchema>;

/** Checked options; throws `invalid-request` that names the option and what it wants. */
export function parseServerOptions(options: SignalingServerOptions): ServerOptions {
  const parsed = serverOptionsSchema.safeParse(options);
  if (parsed.success) return requireDatabaseOfNodes(parsed.data);
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
  throw new TunnelError("invalid-request", `These options do not fit: ${faults}`);
}

function requireDatabaseOfNodes(options: ServerOptions): ServerOptions {
  if (options.natsUrl === undefined || options.databaseUrl !== undefined) return options;
  throw new TunnelError(
    "invalid-request",
    "Several nodes need one database: CULVERT_NATS_URL is set without CULVERT_DATABASE_URL.",
    {
      hint: "Set both, or neither for one node with its own store.",
    },
  );
}
