/**
 * What answers for terminals: the page, the list, a session's output and what is typed into it.
 * Reading is GET; everything that changes something is another method or the socket, and from our own page only.
 */
import { randomBytes } from "node:crypto";
import { codes, TunnelError } from "@culvert/protocol";
import type { ReceivedWebSocket } from "@culvert/protocol/http";
import { terminalLimits } from "../limits.ts";
import { sessionStartSchema, viewerIdPattern } from "../link/session-words.ts";
import { type SessionName, sessionName } from "../names/session-name.ts";
import type { TerminalSessions } from "../sessions/terminal-sessions.ts";
import { serveInput } from "./input-socket.ts";
import { outputBody } from "./output-body.ts";
import type { PageFiles } from "./page-files.ts";
import { transcriptAnswer } from "./transcript-answer.ts";

const maxBodyBytes = 16 * 1024;
const sessionPath = /^\/api\/sessions\/([A-Za-z0-9_-]{1,200})(\/output|\/input|\/transcript)?$/;

/** The service's handler: functions for an in-process target. */
export class TerminalRoutes {
  readonly #sessions: TerminalSessions;
  readonly #page: PageFiles;
  /** This run: a page that was typing into another one begins again. */
  readonly #agent = randomBytes(8).toString("hex");

  constructor(sessions: TerminalSessions, page: PageFiles) {
    this.#sessions = sessions;
    this.#page = page;
  }

  async fetch(request: Request): Promise<Response> {
    try {
      return await this.#answer(request, new URL(request.url));
    } catch (thrown) {
      return failed(TunnelError.from(thrown));
    }
  }

  async webSocket(request: ReceivedWebSocket): Promise<void> {
    const url = new URL(request.head.path, "http://terminal.invalid");
    const [, id = "", what] = sessionPath.exec(url.pathname) ?? [];
    const viewerId = url.searchParams.get("viewer") ?? "";
    const refuse = (status: number, statusText: string) => request.refuse({ status, statusText, headers: [] });
    if (what !== "/input" || !viewerIdPattern.test(viewerId)) return refuse(404, "Not Found");
    if (!isOwnSocket(request)) return refuse(403, "Forbidden");
    let live: Awaited<ReturnType<TerminalSessions["show"]>>;
    try {
      live = await this.#sessions.show(this.#sessions.nameOf(id));
    } catch (thrown) {
      return refuse(codes[TunnelError.from(thrown).code].httpStatus, "No Session");
    }
    await serveInput(request, { live, viewerId, agent: this.#agent }).catch(() => request.abort("canceled"));
  }

  async #answer(request: Request, url: URL): Promise<Response> {
    const { method } = request;
    const isReading = method === "GET" || method === "HEAD";
    if (!isReading && !isOwnRequest(request, url)) {
      throw new TunnelError("policy", "Only this page itself may change sessions.");
    }
    if (url.pathname === "/api/sessions") {
      if (isReading) return json(await this.#sessions.list());
      if (method === "POST") return await this.#start(request);
      return methodFailure();
    }
    // Asked by a page whose socket was refused: where policy lets this through, it would let the socket through.
    if (url.pathname === "/api/typing")
      return method === "POST" ? new Response(null, { status: 204 }) : methodFailure();
    const [, id, what] = sessionPath.exec(url.pathname) ?? [];
    if (id !== undefined) return await this.#session(request, url, this.#sessions.nameOf(id), what);
    if (!isReading) return methodFailure();
    if (url.pathname === "/" || url.pathname.startsWith("/session/")) return this.#page.document();
    const file = this.#page.file(url.pathname);
    if (file === undefined) throw new TunnelError("not-found", "There is no such page.");
    return file;
  }

  async #session(request: Request, url: URL, name: SessionName, what: string | undefined): Promise<Response> {
    const { method } = request;
    if (what === undefined && method === "DELETE") {
      if (url.searchParams.has("forget")) await this.#sessions.forget(name);
      else await this.#sessions.end(name);
      return new Response(null, { status: 204 });
    }
    if (method !== "GET") return methodFailure();
    if (what === "/output") return await this.#output(url, name);
    if (what === "/transcript") return transcriptAnswer(this.#sessions.transcriptFolder(name), name);
    throw new TunnelError("not-found", "There is no such page.");
  }

  async #output(url: URL, name: SessionName): Promise<Response> {
    const viewerId = url.searchParams.get("viewer") ?? "";
    const after = url.searchParams.get("after");
    if (!viewerIdPattern.test(viewerId) || (after !== null && !/^\d{1,15}$/.test(after))) {
      throw new TunnelError("invalid-request", "Output is asked for by a viewer, after a sequence.");
    }
    const live = await this.#sessions.show(name);
    if (live.viewers >= terminalLimits.viewers) {
      throw new TunnelError("limit-reached", `${live.viewers} pages show this session already.`, {
        hint: "Close one of them.",
      });
    }
    const transcriptFolder = this.#sessions.transcriptFolder(name);
    const body = outputBody({ live, transcriptFolder, viewerId, after: after === null ? undefined : Number(after) });
    return new Response(body, { headers: { "content-type": "application/octet-stream", "cache-control": "no-store" } });
  }

  async #start(request: Request): Promise<Response> {
    const text = await request.text();
    const parsed = text.length <= maxBodyBytes ? sessionStartSchema.safeParse(parse(text)) : undefined;
    if (parsed?.success !== true) throw new TunnelError("invalid-request", "A session is a workspace and a slot.");
    const { workspace, slot, folder, size } = parsed.data;
    const name = sessionName(this.#sessions.prefix, workspace, slot);
    if (name === undefined) {
      throw new TunnelError("invalid-request", "That cannot be a session's name.", {
        hint: "Use up to 32 letters, digits and hyphens.",
      });
    }
    await this.#sessions.start(name, { ...(folder === undefined ? {} : { folder }), ...(size && { size }) });
    return json({}, 201);
  }
}

/** Requests of other sites do not reach a service's origin; this holds where the handler is served otherwise. */
function isOwnRequest(request: Request, url: URL): boolean {
  const origin = request.headers.get("origin");
  return origin === null || origin === url.origin;
}

function isOwnSocket({ head }: ReceivedWebSocket): boolean {
  const value = (name: string) => head.headers.find(([each]) => each.toLowerCase() === name)?.[1];
  const origin = value("origin");
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === value("host"));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function json(value: unknown, status = 200): Response {
  return Response.json(value, { status, headers: { "cache-control": "no-store" } });
}

function methodFailure(): Response {
  return new Response(null, { status: 405 });
}

function failed(error: TunnelError): Response {
  const { code, message, hint } = error;
  return json({ error: { code, message, hint } }, codes[code].httpStatus);
}
