/**
 * Stands in for signaling: serves the built dashboard under the strict policy, and an API whose answers a test sets.
 * Invariant: it knows nothing that the API's schemas do not; the dashboard under test is the one that ships.
 */
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Code } from "@culvert/protocol";
import type { Account, ServerEvent, ServerView } from "@culvert/protocol/signaling";
import { root } from "../../architecture/sources.ts";
import { appPage } from "./app-page.ts";

const dist = join(root, "dashboard/dist");

/** A failing answer, as the API words it. */
export interface Fault {
  readonly status: number;
  readonly code: Code;
  readonly message: string;
}

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** The server; each field is what the next request meets. */
export class DashboardFixture {
  servers: readonly ServerView[] = [];
  signedIn = true;
  /** What differs from Ada Lovelace, owner, who has a way to sign in. */
  account: Partial<Account> = {};
  linkFault: Fault | undefined;
  enrolmentFault: Fault | undefined;
  enrolmentExpiresAt = 0;
  /** True: every API request is dropped, as if signaling were gone. */
  away = false;
  /**
   * Answers to what is not answered here, by `METHOD /path`; `/scripted-desk/…` is what the scripted engine's desk asks.
   * A `Fault` fails, `held` leaves a request without an answer.
   */
  readonly answers = new Map<string, unknown>();
  /** API requests so far, as `METHOD path body`. */
  readonly asked: string[] = [];
  /** Addresses of all requests so far, as they stand in the request line. */
  readonly addresses: string[] = [];
  readonly #streams = new Set<ServerResponse>();
  readonly #server: Server;
  /** The build as it was at the start: one that is made meanwhile does not mix in. */
  #files: ReadonlyMap<string, Uint8Array> = new Map();
  #port = 0;

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  get origin(): string {
    return `http://culvert.localhost:${this.#port}`;
  }

  get appOrigin(): string {
    return `http://vite-aaaa.culvert.localhost:${this.#port}`;
  }

  /** `files`: the site by paths; the build in dashboard/dist where they are left out. */
  async start(files?: ReadonlyMap<string, Uint8Array>): Promise<void> {
    this.#files = files ?? (await shippedFiles());
    await new Promise<void>((listening) => this.#server.listen(0, "127.0.0.1", listening));
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no port was given");
    this.#port = address.port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((stopped) => this.#server.close(stopped));
  }

  /** Bytes of all scripts that were asked for so far, as gzip sends them. */
  scriptBytes(): number {
    const scripts = new Set(this.addresses.filter((address) => address.endsWith(".js")));
    return [...scripts].reduce((sum, address) => sum + gzipSync(this.#files.get(address) ?? "").length, 0);
  }

  /** Tells every open page, and keeps the list that new pages get. */
  push(event: ServerEvent): void {
    if (event.type === "servers") this.servers = event.servers;
    if (event.type === "server")
      this.servers = [...this.servers.filter(({ serverId }) => serverId !== event.server.serverId), event.server];
    for (const stream of this.#streams) stream.write(frameOf(event));
  }

  /** Cuts live streams, and drops requests while `away` is true. */
  leave(): void {
    this.away = true;
    this.cutStreams();
  }

  /** Cuts live streams; pages open new ones. */
  cutStreams(): void {
    for (const stream of this.#streams) stream.destroy();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.addresses.push(request.url ?? "");
    const { pathname } = new URL(request.url ?? "/", this.origin);
    if (request.headers.host === new URL(this.appOrigin).host)
      return void response.setHeader("content-type", "text/html; charset=utf-8").end(appPage);
    if (pathname.startsWith("/api/") || pathname.startsWith("/scripted-desk/"))
      return this.#answerApi(request, response, pathname);
    const file = this.#files.get(pathname);
    if (file !== undefined)
      return void response.writeHead(200, { "content-type": types[extname(pathname)] ?? "" }).end(file);
    if (pathname.startsWith("/assets/")) return void response.writeHead(404).end();
    const site = String(request.headers["sec-fetch-site"] ?? "");
    const nonce = randomBytes(16).toString("base64");
    const document = this.#files.get("/index.html");
    const index =
      document === undefined ? "dashboard/dist is missing: npm run build" : new TextDecoder().decode(document);
    response.setHeader("content-security-policy", this.#policy(nonce));
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(index.replaceAll("__CSP_NONCE__", nonce).replaceAll("__FETCH_SITE__", site));
  }

  #policy(nonce: string): string {
    return [
      "default-src 'none'",
      "script-src 'self'",
      `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "worker-src 'self'",
      `frame-src ${this.appOrigin}`,
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join("; ");
  }

  async #answerApi(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> {
    if (this.away) return void request.socket.destroy();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.asked.push(`${request.method} ${pathname} ${Buffer.concat(chunks)}`.trim());
    if (pathname === "/api/sign-in-methods") return sendJson(response, 200, { oidc: null });
    const given = this.answers.get(`${request.method} ${pathname}`);
    if (given === held) return;
    if (given !== undefined) return isFault(given) ? sendFault(response, given) : sendJson(response, 200, given);
    if (!this.signedIn && !pathname.startsWith("/api/auth/")) return sendFault(response, notSignedIn);
    switch (pathname) {
      case "/api/account":
        return sendJson(response, 200, { ...account, ...this.account });
      case "/api/auth/sign-out":
        this.signedIn = false;
        return sendJson(response, 200, { success: true });
      case "/api/auth/sign-in/code":
        if (this.linkFault !== undefined) return sendFault(response, this.linkFault);
        this.signedIn = true;
        return sendJson(response, 200, { ...account, ...this.account });
      case "/api/auth/passkey/generate-authenticate-options":
        return sendJson(response, 200, { challenge: "Y2hhbGxlbmdl", rpId: "culvert.localhost", allowCredentials: [] });
      case "/api/auth/sign-in/email":
        return sendFault(response, { status: 401, code: "unauthenticated", message: "Invalid email or password" });
      case "/api/servers":
        return sendJson(response, 200, { servers: this.servers });
      case "/api/servers/events":
        return this.#openStream(response);
      case "/api/enrollments":
        if (this.enrolmentFault !== undefined) return sendFault(response, this.enrolmentFault);
        return sendJson(response, 200, {
          code: "K7QF-2MXD-9TRA",
          expiresAt: this.enrolmentExpiresAt,
          command: `culvert connect 3000 --server ${this.origin} --code K7QF-2MXD-9TRA`,
        });
      default:
        return sendFault(response, { status: 404, code: "not-found", message: `No ${pathname} here.` });
    }
  }

  #openStream(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(frameOf({ type: "servers", servers: [...this.servers] }));
    this.#streams.add(response);
    response.on("close", () => this.#streams.delete(response));
  }
}

/** Leaves a request without an answer: the page goes on loading. */
export const held = Symbol("held");

function isFault(answer: unknown): answer is Fault {
  return typeof answer === "object" && answer !== null && "status" in answer && "code" in answer;
}

const account: Account = {
  accountId: "account-1",
  memberId: "member-1",
  name: "Ada Lovelace",
  email: "ada@example.org",
  role: "owner",
  needsSetUp: false,
};

const notSignedIn: Fault = { status: 401, code: "unauthenticated", message: "You are not signed in here." };

async function shippedFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of await readdir(dist, { recursive: true })) {
    const body = await readFile(join(dist, name)).catch(() => undefined);
    if (body !== undefined) files.set(`/${name.replaceAll("\\", "/")}`, body);
  }
  return files;
}

const frameOf = (event: ServerEvent): string => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function sendFault(response: ServerResponse, { status, code, message }: Fault): void {
  sendJson(response, status, { error: { code, message, hint: "" } });
}
