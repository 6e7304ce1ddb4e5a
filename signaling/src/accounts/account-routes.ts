/** /api/auth (better-auth behind one catch-all) and /api/account. */
import { accountSchema } from "@culvert/protocol/signaling";
import type { FastifyReply, FastifyRequest } from "fastify";
import { codeOfStatus, failure } from "../api/failure.ts";
import { type Api, answersWith } from "../api/typed-api.ts";
import type { Accounts } from "./accounts.ts";
import { clientAddressHeader } from "./authentication.ts";
import { type CookieNames, isAmbiguous } from "./cookie-names.ts";
import { requireSameOrigin } from "./same-origin.ts";
import { notSignedIn } from "./sign-in-guard.ts";

/** What the routes stand on. */
export interface AccountRoutesOptions {
  readonly accounts: Accounts;
  readonly dashboardOrigin: URL;
  readonly cookieNames: CookieNames;
  readonly signInsPerMinute: number;
}

/** Adds the routes. */
export function addAccountRoutes(api: Api, options: AccountRoutesOptions): void {
  const { accounts } = options;

  api.get("/api/account", { schema: answersWith(accountSchema, "Who is signed in") }, async (request, reply) => {
    requireSameOrigin(request);
    const { account, setCookies } = await accounts.renew(request.headers);
    if (account === undefined) throw notSignedIn();
    if (setCookies.length > 0) reply.header("set-cookie", [...setCookies]);
    return { accountId: account.accountId, email: account.email, name: account.name };
  });

  api.register(async (scope) => {
    // better-auth parses bodies itself.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    const rateLimit = { max: options.signInsPerMinute, timeWindow: 60_000 };
    const handle = (request: FastifyRequest, reply: FastifyReply) => answer(request, reply, options);
    scope.post("/api/auth/sign-in/*", { config: { rateLimit }, schema: { hide: true } }, handle);
    scope.route({ method: ["GET", "POST"], url: "/api/auth/*", schema: { hide: true }, handler: handle });
  });
}

async function answer(request: FastifyRequest, reply: FastifyReply, options: AccountRoutesOptions) {
  requireSameOrigin(request);
  const response = await options.accounts.handle(toFetchRequest(request, options));
  const setCookies = response.headers.getSetCookie();
  if (setCookies.length > 0) reply.header("set-cookie", setCookies);
  const location = response.headers.get("location");
  if (location !== null) reply.header("location", location);
  const text = await response.text();
  reply.status(response.status).type("application/json");
  return response.status < 400 ? text : JSON.stringify(inOurShape(response.status, text));
}

function toFetchRequest(request: FastifyRequest, { dashboardOrigin, cookieNames }: AccountRoutesOptions): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === "string") headers.set(name, value);
  }
  headers.set(clientAddressHeader, request.ip);
  if (isAmbiguous(request.headers.cookie, cookieNames.session)) headers.delete("cookie");
  const body = request.body instanceof Uint8Array && request.body.length > 0 ? Uint8Array.from(request.body) : null;
  return new Request(new URL(request.url, dashboardOrigin), {
    method: request.method,
    headers,
    body: request.method === "GET" ? null : body,
  });
}

/** better-auth's own faults (`{code, message}`) as `{error: {code, message, hint}}`. */
function inOurShape(status: number, text: string): unknown {
  const body = parse(text);
  if (body !== undefined && "error" in body && typeof body.error === "object") return body;
  const message = body !== undefined && "message" in body && typeof body.message === "string" ? body.message : "";
  const code = codeOfStatus(status);
  return failure(code, message.slice(0, 200) || "Signing in or out failed.").body;
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
