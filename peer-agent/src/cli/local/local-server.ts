/**
 * Answers commands of this machine, over HTTP on a socket that only its user may open: status, log, a look at the
 * configuration. Invariant: an agent that starts takes the socket's name over, and one that ends removes only its own.
 */
import { chmod, rename, rm, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { ActivityLog } from "./activity-log.ts";
import type { AgentStatus, LogRecord } from "./agent-status.ts";
import { prepareSocketFolder, socketPathOf } from "./socket-place.ts";

export interface LocalServerOptions {
  readonly dataFolder: string;
  readonly log: ActivityLog;
  status(): AgentStatus;
}

/** A socket that listens. */
export interface LocalServer {
  close(): Promise<void>;
}

/** Listens. Rejects where it cannot; an agent does its work without, too. */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const path = socketPathOf(options.dataFolder);
  await prepareSocketFolder(path);
  const server = createServer((request, answer) => respond(request, answer, options));
  // A socket is made under a name of its own, closed to others, and then put in its place at once.
  const isPipe = process.platform === "win32";
  const draft = isPipe ? path : `${path}.${process.pid}`;
  await listen(server, draft);
  if (!isPipe) {
    await chmod(draft, 0o600);
    await rename(draft, path);
  }
  const own = isPipe ? undefined : await stat(path);
  return {
    async close() {
      const found = isPipe ? undefined : await stat(path).catch(() => undefined);
      if (own !== undefined && found?.ino === own.ino) await rm(path, { force: true });
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      server.unref();
      resolve();
    });
  });
}

function respond(request: IncomingMessage, answer: ServerResponse, { status, log }: LocalServerOptions): void {
  const url = URL.parse(request.url ?? "", "http://agent");
  const call = `${request.method} ${url?.pathname}`;
  if (call === "GET /status") {
    answer.setHeader("content-type", "application/json").end(JSON.stringify(status()));
    return;
  }
  if (call === "GET /log" && url !== null) {
    sendLog(answer, log, url.searchParams);
    return;
  }
  answer.writeHead(404).end();
}

/** Records as JSON lines: the last `lines`, then new ones where `follow` is asked for. */
function sendLog(answer: ServerResponse, log: ActivityLog, wishes: URLSearchParams): void {
  const isWanted = ({ type }: LogRecord) => type !== "request" || wishes.has("requests");
  const write = (record: LogRecord) => void answer.write(`${JSON.stringify(record)}\n`);
  answer.setHeader("content-type", "application/x-ndjson");
  answer.flushHeaders();
  for (const record of log.last(Number(wishes.get("lines") ?? 0), isWanted)) write(record);
  if (!wishes.has("follow")) {
    answer.end();
    return;
  }
  const done = log.onRecord((record) => {
    // A reader that does not read is not waited for.
    if (isWanted(record) && answer.writableLength < 1_048_576) write(record);
  });
  answer.once("close", done);
}
