/**
 * The log. Invariant: an allow-list. A line holds a fixed message and named fields of ours; no URL, header, body,
 * message of a foreign error or address of an app ever reaches it.
 */
import { TunnelError } from "@culvert/protocol";
import { type DestinationStream, destination, type Logger, pino } from "pino";

export type { Logger } from "pino";

/** A logger that writes JSON lines to `stream`, standard error by default. */
export function createLogger(level: string, stream: DestinationStream = destination(2)): Logger {
  return pino(
    {
      level,
      base: null,
      messageKey: "message",
      serializers: { req: () => undefined, res: () => undefined, err: describeError, error: describeError },
    },
    stream,
  );
}

/** What a log line says of something thrown: class, code and where; its message only where we wrote it. */
export function describeError(thrown: unknown): Record<string, unknown> {
  if (thrown instanceof TunnelError) return { name: thrown.name, code: thrown.code, message: thrown.message };
  if (!(thrown instanceof Error)) return { name: typeof thrown };
  const code = "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined;
  // A stack begins with the message, which may quote what a client sent.
  const frames = (thrown.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return { name: thrown.name, code, frames: frames.slice(0, 8).map((line) => line.trim()) };
}
