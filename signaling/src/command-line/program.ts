/** The words of `culvert-signaling`: every flag has a CULVERT_* variable; a flag wins over its variable. */
import { Command, InvalidArgumentError, Option } from "commander";
import type { SignalingServerOptions } from "../config/index.ts";
import { serve } from "./serve.ts";

/** What only the command line has. */
export interface AnnouncementOptions {
  readonly signInLink: boolean;
  readonly enrolmentCode: boolean;
  readonly json: boolean;
}

interface Flags extends AnnouncementOptions {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly nextFreePort: boolean;
  readonly origin?: string;
  readonly dashboardFolder?: string;
  readonly appOriginFolder?: string;
  readonly trustProxy: boolean;
  readonly stun: boolean;
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
    option("--dashboard-folder <folder>", "the dashboard's build", "DASHBOARD_FOLDER"),
    option("--app-origin-folder <folder>", "the browser client's build for app origins", "APP_ORIGIN_FOLDER"),
    flag("--trust-proxy", "take client addresses from X-Forwarded-For", "TRUST_PROXY"),
    new Option("--no-stun", "no STUN responder (env: CULVERT_NO_STUN=1)").default(!isSwitchedOn("NO_STUN")),
    option("--relay-budget <MiB>", "bytes that the relay carries for one session", "RELAY_BUDGET").argParser(parseMiB),
    option("--owner-email <email>", "email of the first account", "OWNER_EMAIL"),
    option("--log-level <level>", "how much to log", "LOG_LEVEL").default("info").choices(logLevels),
    new Option("--sign-in-link", "print a one-time sign-in link").default(false),
    new Option("--enrolment-code", "print an enrolment code").default(false),
    new Option("--json", "print what is announced as one line of JSON").default(false),
  ];
}

/** Flags as server options; what was not said is left out, so that its default stands. */
function optionsOf(flags: Flags): SignalingServerOptions {
  const { host, port, nextFreePort, trustProxy, stun, logLevel } = flags;
  return {
    ...{ dataFolder: flags.data, host, port, nextFreePort, trustProxy, stun, logLevel },
    ...(flags.origin === undefined ? {} : { origin: flags.origin }),
    ...(flags.dashboardFolder === undefined ? {} : { dashboardFolder: flags.dashboardFolder }),
    ...(flags.appOriginFolder === undefined ? {} : { appOriginFolder: flags.appOriginFolder }),
    ...(flags.relayBudget === undefined ? {} : { relayBudgetBytes: flags.relayBudget * 1024 ** 2 }),
    ...(flags.ownerEmail === undefined ? {} : { ownerEmail: flags.ownerEmail }),
  };
}

/** A variable that says yes; `false`, `0` and nothing say no. */
function isSwitchedOn(variable: string): boolean {
  return /^(1|true|yes|on)$/i.test(process.env[`CULVERT_${variable}`] ?? "");
}

function parseMiB(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("A budget is a whole number of MiB.");
  return Number(text);
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  return port;
}
