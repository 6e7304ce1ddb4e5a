/** The owner at the dashboard of a cluster: calls of its own page, through the balancer or to one node. */
import { type IncomingHttpHeaders, request } from "node:http";
import {
  type RemoteSession,
  remoteSessionSchema,
  type ServerView,
  serverListSchema,
} from "@culvert/protocol/signaling";

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly json: unknown;
  readonly tookMs: number;
}

/** What is asked. `port`: of a node, or of the balancer. */
export interface Asking {
  readonly port: number;
  readonly method?: string;
  readonly path: string;
  readonly body?: object;
}

export class Owner {
  readonly #origin: string;
  #cookie = "";

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** What proves the owner to signaling. */
  get headers(): Readonly<Record<string, string>> {
    return { cookie: this.#cookie, origin: this.#origin };
  }

  /** Signs in by a one-time link, at the node of a port. */
  async signIn(link: string, port: number): Promise<void> {
    const code = new URL(link).hash.slice("#code=".length);
    const answer = await this.ask({ port, method: "POST", path: "/api/auth/sign-in/code", body: { code } });
    if (answer.status !== 200) throw new Error(`Signing in failed: ${JSON.stringify(answer.json)}`);
    this.#cookie = (answer.headers["set-cookie"] ?? []).map((line) => line.split(";", 1)[0]).join("; ");
  }

  async servers(port: number): Promise<readonly ServerView[]> {
    const { json } = await this.ask({ port, path: "/api/servers" });
    return serverListSchema.parse(json).servers;
  }

  /** Asks for a session, whatever comes back. */
  askForSession(port: number, serverId: string, deviceKey: string): Promise<Answer> {
    return this.ask({ port, method: "POST", path: `/api/servers/${serverId}/sessions`, body: { deviceKey } });
  }

  /** A session, granted. */
  async createSession(port: number, serverId: string, deviceKey: string): Promise<RemoteSession> {
    const answer = await this.askForSession(port, serverId, deviceKey);
    if (answer.status !== 200) throw new Error(`No session: ${answer.status} ${JSON.stringify(answer.json)}`);
    return remoteSessionSchema.parse(answer.json);
  }

  ask({ port, method = "GET", path, body }: Asking): Promise<Answer> {
    const startMs = performance.now();
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const headers = {
        host: new URL(this.#origin).host,
        origin: this.#origin,
        "sec-fetch-site": "same-origin",
        ...(this.#cookie === "" ? {} : { cookie: this.#cookie }),
        ...(text === undefined ? {} : { "content-type": "application/json" }),
      };
      const sent = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const answered = Buffer.concat(chunks).toString("utf8");
          const json = answered === "" ? undefined : JSON.parse(answered);
          resolve({
            ...{ status: response.statusCode ?? 0, headers: response.headers, json },
            tookMs: performance.now() - startMs,
          });
        });
      });
      sent.on("error", reject);
      sent.end(text);
    });
  }
}
