/** How each of Culvert's programs is started on this machine, and what it says when it is ready. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Program } from "./program.ts";

/** A program that is not ready by then has a fault. */
const readyMs = 60_000;

const script = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** What every start is given beside its own options. */
interface StartingOptions {
  /** Told of the program before it is ready, so that whoever starts it can end it at any time. */
  onProgram?(program: Program): void;
}

/** Where and how signaling runs. */
export interface SignalingOptions extends StartingOptions {
  readonly dataFolder: string;
  /** 0: any free port. */
  readonly port: number;
  /** Take the next free port where this one is taken. */
  readonly nextFreePort: boolean;
  /** The dashboard's origin where it is not the one that signaling takes by itself. */
  readonly origin?: string;
  /** `4100-4199`: apps get ports of the dashboard's host. */
  readonly appPorts?: string;
  /** A proxy listens at the app ports. */
  readonly isBehindProxy?: boolean;
  readonly logLevel: "warn" | "debug";
}

/** A signaling server that answers. */
export interface Signaling {
  readonly program: Program;
  readonly port: number;
  readonly dashboardOrigin: string;
  /** Signs the owner in, once. */
  readonly signInLink: string;
  /** Enrols one machine, once. */
  readonly enrolmentCode: string;
}

/** Starts signaling; the first start makes the owner's account. Rejects with its own words where it cannot run. */
export async function startSignaling(options: SignalingOptions): Promise<Signaling> {
  const program = new Program({
    name: "signaling",
    args: [
      script("signaling/src/main.ts"),
      "serve",
      ...["--data", options.dataFolder, "--port", String(options.port), "--log-level", options.logLevel],
      ...(options.nextFreePort ? ["--next-free-port"] : []),
      ...(options.origin === undefined ? [] : ["--origin", options.origin]),
      ...(options.appPorts === undefined ? [] : ["--app-ports", options.appPorts]),
      ...(options.isBehindProxy ? ["--no-app-port-listeners"] : []),
      ...["--sign-in-link", "--enrolment-code", "--json"],
    ],
  });
  options.onProgram?.(program);
  const announcement = await ready(program, (line) => {
    const fields = fieldsOf(line);
    return fields?.type === "listening" ? fields : undefined;
  });
  return {
    program,
    port: announcement.port,
    dashboardOrigin: announcement.dashboardOrigin,
    signInLink: announcement.signInLink.url,
    enrolmentCode: announcement.enrolment.code,
  };
}

/** What signaling says when it listens. */
interface Announcement {
  readonly type: string;
  readonly port: number;
  readonly dashboardOrigin: string;
  readonly signInLink: { readonly url: string };
  readonly enrolment: { readonly code: string };
}

/** A line of JSON; undefined for any other line, whatever it begins with. */
function fieldsOf(line: string): Announcement | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Announcement) : undefined;
  } catch {
    return undefined;
  }
}

/** Whom an agent serves and what it publishes. */
export interface AgentOptions extends StartingOptions {
  readonly dataFolder: string;
  readonly dashboardOrigin: string;
  /** Enrols the machine; undefined where the folder holds an enrolment that the server knows. */
  readonly enrolmentCode: string | undefined;
  /** What the dashboard calls the machine; its host name where it is left out. */
  readonly label?: string;
  readonly appPort: number;
  readonly serviceName: string;
  readonly webrtc: "auto" | "werift" | "native";
  /** How far the relay may carry the app; the agent's default where it is left out. */
  readonly relayPolicy?: "full" | "fallback" | "handshake-only" | undefined;
  /** Further words of `culvert connect`. */
  readonly words?: readonly string[] | undefined;
}

/** An agent that is online. */
export interface RunningAgent {
  readonly program: Program;
  /** What the dashboard calls the machine. */
  readonly label: string;
}

/** Starts an agent and waits until it is online. */
export async function startAgent(options: AgentOptions): Promise<RunningAgent> {
  const {
    dataFolder,
    dashboardOrigin,
    enrolmentCode,
    label,
    appPort,
    serviceName,
    webrtc,
    relayPolicy,
    words = [],
  } = options;
  const program = new Program({
    name: "agent",
    args: [
      script("peer-agent/src/cli/main.ts"),
      ...["connect", String(appPort), "--name", serviceName, "--webrtc", webrtc],
      ...["--server", dashboardOrigin, "--data", dataFolder],
      // Programs have five seconds to end, and what is under way between them has no reader any more.
      ...["--grace", "0"],
      ...(relayPolicy === undefined ? [] : ["--relay", relayPolicy]),
      ...words,
      ...(label === undefined ? [] : ["--label", label]),
      ...(enrolmentCode === undefined ? [] : ["--code", enrolmentCode]),
    ],
  });
  options.onProgram?.(program);
  return { program, label: await ready(program, (line) => /(\S.*) is online\./.exec(line)?.[1]?.replace(/^\W+ /, "")) };
}

/** The dashboard that an agent's folder is enrolled at; undefined where it is at none. */
export function enrolledAt(dataFolder: string): string | undefined {
  try {
    return JSON.parse(readFileSync(join(dataFolder, "enrolment.json"), "utf8")).serverUrl;
  } catch {
    return undefined;
  }
}

/** A running showcase and where it listens. */
export interface ShowcaseProgram {
  readonly program: Program;
  readonly port: number;
}

/** Starts the bundled sample app on a free port. */
export async function startShowcase(options: StartingOptions = {}): Promise<ShowcaseProgram> {
  const program = new Program({ name: "showcase", args: [script("test/apps/showcase/main.ts")] });
  options.onProgram?.(program);
  const port = await ready(program, (line) => /^http:\/\/127\.0\.0\.1:(\d+)$/.exec(line)?.[1]);
  return { program, port: Number(port) };
}

/** What `find` makes of the line that says that a program is ready; a program that never says it is ended. */
async function ready<Found>(program: Program, find: (line: string) => Found | undefined): Promise<Found> {
  try {
    return await program.find(find, AbortSignal.timeout(readyMs));
  } catch (error) {
    await program.stop();
    throw error;
  }
}
