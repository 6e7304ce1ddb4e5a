/** Asks the agent that runs on a data folder. */
import { type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";
import { TunnelError } from "@culvert/protocol";
import { type AgentStatus, agentStatusSchema, type LogRecord, logRecordSchema } from "./agent-status.ts";
import { socketPathOf } from "./socket-place.ts";

const answerTimeoutMs = 5_000;
/** What a socket says where nobody listens on it. */
const nobodyCodes: ReadonlySet<string> = new Set(["ENOENT", "ECONNREFUSED", "ENOTSOCK"]);

/** What to be given of a log. */
export interface LogWish {
  readonly lines: number;
  readonly withRequests: boolean;
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/** The status of the agent that runs; undefined where none does. */
export async function askStatus(dataFolder: string): Promise<AgentStatus | undefined> {
  const answer = await ask(dataFolder, "/status", AbortSignal.timeout(answerTimeoutMs));
  if (answer === undefined) return undefined;
  let text = "";
  for await (const part of answer.setEncoding("utf8")) text += part;
  const fits = agentStatusSchema.safeParse(jsonOf(text));
  if (fits.success) return fits.data;
  throw otherVersion();
}

/** Gives each record to `onRecord`. Resolves at the log's end, with false where no agent runs. */
export async function readLog(
  dataFolder: string,
  wish: LogWish,
  onRecord: (record: LogRecord) => void,
): Promise<boolean> {
  const wishes = new URLSearchParams({ lines: String(wish.lines) });
  if (wish.withRequests) wishes.set("requests", "");
  if (wish.follow) wishes.set("follow", "");
  const answer = await ask(dataFolder, `/log?${wishes}`, wish.signal);
  if (answer === undefined) return false;
  try {
    for await (const line of createInterface({ input: answer })) {
      const fits = logRecordSchema.safeParse(jsonOf(line));
      if (fits.success) onRecord(fits.data);
    }
  } catch (thrown) {
    // Nobody wants to know more, or the agent ended.
    if (!wish.signal.aborted && !isReset(thrown)) throw thrown;
  }
  return true;
}

function ask(dataFolder: string, path: string, signal: AbortSignal): Promise<IncomingMessage | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: socketPathOf(dataFolder), path, signal, agent: false }, resolve);
    sent.on("error", (error) => {
      if ("code" in error && typeof error.code === "string" && nobodyCodes.has(error.code)) resolve(undefined);
      else reject(unanswered(error));
    });
    sent.end();
  });
}

function isReset(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "ECONNRESET";
}

function unanswered(cause: Error): TunnelError {
  const isForbidden = "code" in cause && cause.code === "EACCES";
  if (isForbidden) {
    const hint = "Run the command as the user who runs the agent.";
    return new TunnelError("forbidden", "The agent's socket belongs to another user", { cause, hint });
  }
  const hint = "It hangs or is being stopped: try again, or end its process and start it anew.";
  return new TunnelError("timeout", "The agent that runs here does not answer", { cause, hint });
}

function otherVersion(): TunnelError {
  const hint = "Stop the agent that runs and start it again with this version.";
  return new TunnelError("version-unsupported", "The agent that runs here is of another version", { hint });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
