/** The words of `culvert-signaling`: every flag has a CULVERT_* variable; a flag wins over its variable. */
import { TunnelError } from "@culvert/protocol";
import { Command, InvalidArgumentError, Option } from "commander";
import { type Environment, type SignalingServerOptions, secretText } from "../config/index.ts";
import { auditCommand } from "./audit-command.ts";
import { backupCommand, restoreCommand } from "./backup-commands.ts";
import { identityProviderOf, type OidcFlags, oidcOptions, oidcSecretVariable } from "./oidc-options.ts";
import { serve } from "./serve.ts";
import { signingKeyCommand } from "./signing-key-command.ts";

/** What only the command line has. */
export interface AnnouncementOptions {
  readonly signInLink: "always" | "first" | "never";
  readonly enrolmentCode: boolean;
  readonly json: boolean;
}

interface Flags extends AnnouncementOptions, OidcFlags {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly nextFreePort: boolean;
  readonly origin?: string;
  readonly appPorts?: string;
  readonly appPortListeners: boolean;
  readonly dashboardFolder?: string;
  readonly appOriginFolder?: string;
  readonly trustProxy: SignalingServerOptions["trustProxy"];
  readonly stun: boolean;
  readonly stunHost?: string;
  readonly stunPort?: number;
  readonly stunAdvertise?: string;
  readonly turnUrls?: readonly string[];
  readonly metricsPort?: number;
  readonly metricsHost?: string;
  readonly relayDaily?: number;
  readonly maxServers?: number;
  readonly maxSessions?: number;
  readonly launchTtl?: number;
  readonly relayBudget?: number;
  readonly ownerEmail?: string;
  readonly logLevel: NonNullable<SignalingServerOptions["logLevel"]>;
}

const logLevels = ["silent", "error", "warn", "info", "debug"];

/** The program; give it the words by `parseAsync`. */
export function createProgram(): Command {
  const program = new Command("culvert-signaling").description("Accounts, enrolment, presence and the blind mailbox.");
  const command = program.command("serve").description("runs the server until it is told to end");
  for (const option of serveOptions()) command.addOption(option);
  command.action(async (flags: Flags) => {
    await serve(optionsOf(flags), flags);
  });
  program.addCommand(auditCommand());
  program.addCommand(backupCommand());
  program.addCommand(restoreCommand());
  program.addCommand(signingKeyCommand());
  return program;
}

function serveOptions(): Option[] {
  const option = (flags: string, description: string, variable: string) =>
    new Option(flags, description).env(`CULVERT_${variable}`);
  const flag = (flags: string, description: string, variable: string) =>
    new Option(flags, `${description} (env: CULVERT_${variable}=1)`).default(isSwitchedOn(variable));
  return [
    option("--data <folder>", "folder of the store and the keys", "DATA").default(".culvert/signaling"),
    option("--host <address>", "address to listen at", "HOST").default("127.0.0.1"),
    option("--port <number>", "port to listen at; 0: any", "PORT").default(4000).argParser(parsePort),
    flag("--next-free-port", "take the next free port where this one is taken", "NEXT_FREE_PORT"),
    option("--origin <url>", "the dashboard's origin as browsers see it", "ORIGIN"),
    option(
      "--app-ports <first-last>",
      "give each app a port of the dashboard's host, not a name below it",
      "APP_PORTS",
    ),
    new Option(
      "--no-app-port-listeners",
      "a proxy listens at the app ports, also for http (env: CULVERT_NO_APP_PORT_LISTENERS=1)",
    ).default(!isSwitchedOn("NO_APP_PORT_LISTENERS")),
    option("--dashboard-folder <folder>", "the dashboard's build", "DASHBOARD_FOLDER"),
    option("--app-origin-folder <folder>", "the browser client's build for app origins", "APP_ORIGIN_FOLDER"),
    option(
      "--trust-proxy [addresses]",
      "whose X-Forwarded-For to believe: addresses and ranges, or the last hop",
      "TRUST_PROXY",
    )
      .default(false)
      .argParser(parseTrust),
    new Option("--no-stun", "no STUN responder (env: CULVERT_NO_STUN=1)").default(!isSwitchedOn("NO_STUN")),
    option("--stun-host <address>", "address of the STUN responder", "STUN_HOST"),
    option("--stun-port <number>", "UDP port of the STUN responder", "STUN_PORT").argParser(parsePort),
    option("--stun-advertise <host:port>", "the STUN server as peers reach it", "STUN_ADVERTISE"),
    option("--turn-urls <urls>", "TURN servers, by commas; their secret: CULVERT_TURN_SECRET", "TURN_URLS").argParser(
      parseList,
    ),
    option("--metrics-port <number>", "serve figures for Prometheus at this port", "METRICS_PORT").argParser(parsePort),
    option("--metrics-host <address>", "address of the metrics port", "METRICS_HOST"),
    option("--launch-ttl <seconds>", "a launch link works for so long", "LAUNCH_TTL_SECONDS").argParser(parseSeconds),
    option("--relay-budget <MiB>", "bytes that the relay carries for one session", "RELAY_BUDGET").argParser(parseMiB),
    option("--relay-daily <MiB>", "bytes that the relay carries for one account in 24 h", "RELAY_DAILY").argParser(
      parseMiB,
    ),
    option("--max-servers <number>", "servers of one account", "MAX_SERVERS").argParser(parseCount),
    option("--max-sessions <number>", "live remote sessions of one account", "MAX_SESSIONS").argParser(parseCount),
    ...oidcOptions(),
    option("--owner-email <email>", "email of the first account", "OWNER_EMAIL"),
    option("--log-level <level>", "how much to log", "LOG_LEVEL").default("info").choices(logLevels),
    option(
      "--sign-in-link [when]",
      "print a one-time sign-in link; first: while the owner has no other way in",
      "SIGN_IN_LINK",
    )
      .choices(["always", "first", "never"])
      .preset("always")
      .default("never"),
    new Option("--enrolment-code", "print an enrolment code").default(false),
    new Option("--json", "print what is announced as one line of JSON").default(false),
  ];
}

/** Secrets have no flags: every user of a machine reads the flags of its processes. `_FILE` names a file that holds one. */
export const secretVariables = [
  "CULVERT_TURN_SECRET",
  "CULVERT_DATABASE_URL",
  "CULVERT_NATS_URL",
  "CULVERT_SIGNING_KEY",
  "CULVERT_COOKIE_SECRET",
  oidcSecretVariable,
] as const;

/** Every variable that the program reads. */
export function environmentVariables(): readonly string[] {
  const named = serveOptions().flatMap(({ envVar, description }) => envVar ?? description.match(/CULVERT_\w+/) ?? []);
  return [...named, ...secretVariables.flatMap((name) => [name, `${name}_FILE`])];
}

/** Flags as server options; what was not said is left out, so that its default stands. */
function optionsOf(flags: Flags): SignalingServerOptions {
  const { host, port, nextFreePort, trustProxy, stun, stunHost, stunPort, stunAdvertise, logLevel } = flags;
  const quotas = given({
    serversPerAccount: flags.maxServers,
    sessionsPerAccount: flags.maxSessions,
    relayBytesPerDay: flags.relayDaily === undefined ? undefined : flags.relayDaily * 1024 ** 2,
  });
  return {
    ...{ dataFolder: flags.data, host, port, nextFreePort, trustProxy, stun, logLevel, quotas },
    ...given({
      stunHost,
      stunPort,
      stunAdvertise,
      ...turnOf(flags),
      ...metricsOf(flags),
      ...clusterOf(),
      ...identityProviderOf(flags),
    }),
    ...(flags.origin === undefined ? {} : { origin: flags.origin }),
    ...(flags.appPorts === undefined ? {} : { appPorts: flags.appPorts }),
    ...(flags.appPortListeners ? {} : { listenAtAppPorts: false }),
    ...(flags.dashboardFolder === undefined ? {} : { dashboardFolder: flags.dashboardFolder }),
    ...(flags.appOriginFolder === undefined ? {} : { appOriginFolder: flags.appOriginFolder }),
    ...(flags.launchTtl === undefined ? {} : { launchTtlSeconds: flags.launchTtl }),
    ...(flags.relayBudget === undefined ? {} : { relayBudgetBytes: flags.relayBudget * 1024 ** 2 }),
    ...(flags.ownerEmail === undefined ? {} : { ownerEmail: flags.ownerEmail }),
  };
}

function turnOf({ turnUrls }: Flags, environment: Environment = process.env): Pick<SignalingServerOptions, "turn"> {
  const secret = secretText("CULVERT_TURN_SECRET", environment);
  if (turnUrls === undefined && secret === undefined) return {};
  if (turnUrls === undefined || secret === undefined) {
    throw new TunnelError("invalid-request", "TURN needs both CULVERT_TURN_URLS and CULVERT_TURN_SECRET.", {
      hint: "The secret is the TURN server's static-auth-secret; CULVERT_TURN_SECRET_FILE may name a file that holds it.",
    });
  }
  return { turn: { urls: [...turnUrls], secret } };
}

function clusterOf(environment: Environment = process.env) {
  return {
    databaseUrl: secretText("CULVERT_DATABASE_URL", environment),
    natsUrl: secretText("CULVERT_NATS_URL", environment),
    signingKey: secretText("CULVERT_SIGNING_KEY", environment),
    cookieSecret: secretText("CULVERT_COOKIE_SECRET", environment),
  };
}

function metricsOf({ metricsPort: port, metricsHost: host }: Flags): Pick<SignalingServerOptions, "metrics"> {
  return port === undefined ? {} : { metrics: { port, ...given({ host }) } };
}

/** Members that are undefined left out. */
function given<Members extends object>(
  members: Members,
): { [Name in keyof Members]?: Exclude<Members[Name], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof Members]?: Exclude<Members[Name], undefined> };
}

/** A variable that says yes; `false`, `0` and nothing say no. */
function isSwitchedOn(variable: string): boolean {
  return /^(1|true|yes|on)$/i.test(process.env[`CULVERT_${variable}`] ?? "");
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 86_400) return seconds;
  throw new InvalidArgumentError("Seconds are a number from 1 to 86400.");
}

function parseMiB(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("A budget is a whole number of MiB.");
  return Number(text);
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("This is a whole number from 1 on.");
  return Number(text);
}

function parseList(text: string): readonly string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** Yes, no, or a list of addresses. */
function parseTrust(text: string): boolean | string[] {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  return /^(0|false|no|off|)$/i.test(text) ? false : [...parseList(text)];
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  return port;
}
