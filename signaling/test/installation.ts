/** A signaling server on a free port with a folder of its own, its log kept, and a person at its dashboard. */
import { mkdtempSync, rmSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSignalingServer, type SignalingServer, type SignalingServerOptions } from "../src/index.ts";
import { createLogger } from "../src/log/index.ts";

/** What came back. `json`: the body where it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: unknown;
}

/** What is asked. `body` is sent as JSON; `host` defaults to the dashboard's. */
export interface Asking {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly host?: string;
  readonly body?: unknown;
}

export class Installation {
  readonly folder: string;
  readonly logLines: string[] = [];
  /** What the dashboard's script adds to each of its requests. */
  readonly pageHeaders: Record<string, string> = {};
  readonly #options: Partial<SignalingServerOptions>;
  readonly #nowMs: (() => number) | undefined;
  #server: SignalingServer | undefined;
  #cookie: string | undefined;

  private constructor(options: Partial<SignalingServerOptions>, nowMs: (() => number) | undefined) {
    this.folder = mkdtempSync(join(tmpdir(), "culvert-signaling-"));
    this.#options = options;
    this.#nowMs = nowMs;
  }

  /** Starts one; `nowMs` replaces the clock of codes, sessions and budgets. */
  static async start(options: Partial<SignalingServerOptions> = {}, nowMs?: () => number): Promise<Installation> {
    const installation = new Installation(options, nowMs);
    await installation.#listen(0);
    return installation;
  }

  /** Stops the process's server and starts another on the same folder and port. */
  async restart(): Promise<void> {
    const { port } = this;
    await this.server.close();
    await this.#listen(port);
  }

  async #listen(port: number): Promise<void> {
    const log = createLogger("debug", { write: (line) => this.logLines.push(line) });
    const settings = { dataFolder: join(this.folder, "data"), port, stun: false, ...this.#options };
    this.#server = await createSignalingServer(settings, { log, ...(this.#nowMs && { nowMs: this.#nowMs }) });
  }

  /** Undefined where the store is the folder's own. */
  get databaseUrl(): string | undefined {
    return this.#options.databaseUrl;
  }

  get server(): SignalingServer {
    if (this.#server === undefined) throw new Error("The server was not started.");
    return this.#server;
  }

  get host(): string {
    return new URL(this.server.dashboardOrigin).host;
  }

  get port(): number {
    return this.server.address.port;
  }

  /** The session cookie as a Cookie header. */
  get cookie(): string {
    if (this.#cookie === undefined) throw new Error("Nobody has signed in.");
    return this.#cookie;
  }

  /** Signs the owner in by a link, as the dashboard does. */
  async signIn(headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const { code } = await this.server.createSignInLink();
    const answer = await this.asDashboard({ method: "POST", path: "/api/auth/sign-in/code", body: { code }, headers });
    const [line] = answer.headers["set-cookie"] ?? [];
    if (answer.status !== 200 || line === undefined)
      throw new Error(`Signing in failed: ${answer.status} ${answer.text}`);
    this.#cookie = line.split(";", 1)[0];
  }

  /** A request of the dashboard's own script, with the session cookie once signed in. */
  asDashboard(asking: Asking): Promise<Answer> {
    return this.ask({
      ...asking,
      headers: {
        origin: this.server.dashboardOrigin,
        "sec-fetch-site": "same-origin",
        "sec-fetch-mode": "cors",
        "sec-fetch-dest": "empty",
        ...(this.#cookie === undefined ? {} : { cookie: this.#cookie }),
        ...this.pageHeaders,
        ...asking.headers,
      },
    });
  }

  /** A request with these headers and no others. */
  ask({ method = "GET", path, headers = {}, host = this.host, body }: Asking): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const type = text === undefined ? {} : { "content-type": "application/json" };
    return new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port: this.port, method, path, headers: { host, ...type, ...headers } };
      const sent = request({ ...options, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const answered = Buffer.concat(chunks).toString("utf8");
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: answered,
            json: parse(answered),
          });
        });
      });
      sent.on("error", reject);
      sent.end(text);
    });
  }

  /** Stops the server and removes its folder. */
  async end(): Promise<void> {
    const undeclared = this.logLines.filter((line) => line.includes("a code that its description lacks"));
    await this.server.close();
    rmSync(this.folder, { recursive: true });
    if (undeclared.length > 0) throw new Error(`Codes are missing in api/error-codes.ts: ${undeclared.join("")}`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
