/**
 * The endpoints of better-auth that are open: each is a route of its own, every other one is not there. Invariant: its
 * faults leave in our shape and words, and a sign-in that failed is written down.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { failureOf } from "../api/failure.ts";
import type { Api } from "../api/typed-api.ts";
import { requireAccount } from "./access-guard.ts";
import type { Accounts } from "./accounts.ts";
import { actorOf } from "./actor.ts";
import { faultOfAnswer } from "./auth-faults.ts";
import { type Authentication, clientAddressHeader } from "./authentication.ts";
import { type CookieNames, isAmbiguous } from "./cookie-names.ts";
import type { FailedSignIns } from "./failed-sign-ins.ts";
import { providerId } from "./identity-provider.ts";
import type { OwnAccount } from "./own-account.ts";
import { requireSameOrigin } from "./same-origin.ts";
import { keptWithState } from "./session-key.ts";

/** What the routes stand on. */
export interface AuthRoutesOptions {
  readonly accounts: Accounts;
  readonly authentication: Authentication;
  readonly ownAccount: OwnAccount;
  readonly failedSignIns: FailedSignIns;
  readonly dashboardOrigin: URL;
  readonly cookieNames: CookieNames;
  readonly signInsPerMinute: number;
}

/** What goes to better-auth in the place of a request's own path and body. */
interface Passing {
  readonly withProvider?: boolean;
  readonly path?: string;
  readonly body?: object;
}

/** Where the provider sends the browser back to; the page finds out by itself whether somebody is signed in. */
const afterSignIn = { callbackURL: "/sign-in?by=provider", errorCallbackURL: "/sign-in" };
const afterLinking = { callbackURL: "/account", errorCallbackURL: "/account" };

/** Adds the routes. */
export function addAuthRoutes(api: Api, options: AuthRoutesOptions): void {
  const { accounts, ownAccount } = options;
  const pass = (request: FastifyRequest, reply: FastifyReply, passing: Passing = {}) =>
    answer(request, reply, options, passing);
  const rated = {
    config: { rateLimit: { max: options.signInsPerMinute, timeWindow: 60_000 } },
    schema: { hide: true },
  };
  const plain = { schema: { hide: true } };

  api.register(async (scope) => {
    // better-auth parses bodies itself.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

    for (const way of ["code", "invitation", "email"]) {
      scope.post(`/api/auth/sign-in/${way}`, rated, (request, reply) => pass(request, reply));
    }
    scope.post("/api/auth/sign-in/oidc", rated, (request, reply) => {
      const body = { provider: providerId, ...afterSignIn, ...keptWithState(request.headers) };
      return pass(request, reply, { withProvider: true, path: "/api/auth/sign-in/social", body });
    });
    scope.get(`/api/auth/callback/${providerId}`, rated, (request, reply) =>
      pass(request, reply, { withProvider: true }),
    );
    scope.post("/api/auth/link/oidc", plain, async (request, reply) => {
      const account = await requireAccount(accounts, request);
      ownAccount.requireFresh(account);
      const body = { provider: providerId, ...afterLinking };
      return pass(request, reply, { withProvider: true, path: "/api/auth/link-social", body });
    });
    scope.post("/api/auth/sign-out", plain, (request, reply) => pass(request, reply));

    scope.get("/api/auth/passkey/generate-authenticate-options", plain, (request, reply) => pass(request, reply));
    scope.post("/api/auth/passkey/verify-authentication", rated, (request, reply) => pass(request, reply));
    scope.get("/api/auth/passkey/generate-register-options", plain, (request, reply) => pass(request, reply));
    scope.post("/api/auth/passkey/verify-registration", plain, async (request, reply) => {
      const account = await requireAccount(accounts, request);
      const text = await pass(request, reply);
      if (reply.statusCode < 400) {
        await ownAccount.notePasskey(actorOf(account, request.ip), account.memberId);
      }
      return text;
    });
  });
}

async function answer(request: FastifyRequest, reply: FastifyReply, options: AuthRoutesOptions, passing: Passing) {
  requireSameOrigin(request);
  const { authentication, failedSignIns } = options;
  const auth = passing.withProvider === true ? await authentication.withProvider() : authentication.plain;
  const response = await auth.handler(toFetchRequest(request, options, passing));
  const setCookies = response.headers.getSetCookie();
  if (setCookies.length > 0) reply.header("set-cookie", setCookies);
  const location = response.headers.get("location");
  if (location !== null) reply.header("location", location);
  const text = await response.text();
  await failedSignIns.look({ request, status: response.status, location });
  reply.type("application/json");
  if (response.status < 400) return reply.status(response.status).send(text);
  const { status, body } = inOurShape(response, text);
  return reply.status(status).send(JSON.stringify(body));
}

function toFetchRequest(request: FastifyRequest, options: AuthRoutesOptions, { path, body }: Passing): Request {
  const { dashboardOrigin, cookieNames } = options;
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === "string") headers.set(name, value);
  }
  headers.delete("content-length");
  headers.set(clientAddressHeader, request.ip);
  if (isAmbiguous(request.headers.cookie, cookieNames.session)) headers.delete("cookie");
  const own = request.body instanceof Uint8Array && request.body.length > 0 ? Uint8Array.from(request.body) : null;
  if (body !== undefined) headers.set("content-type", "application/json");
  return new Request(new URL(path ?? request.url, dashboardOrigin), {
    method: request.method,
    headers,
    body: request.method === "GET" ? null : body === undefined ? own : JSON.stringify(body),
  });
}

/** Ours pass as they are; better-auth's own `{code, message}` become ours. */
function inOurShape(response: Response, text: string): { readonly status: number; readonly body: unknown } {
  const body = parse(text);
  if (body !== undefined && "error" in body && typeof body.error === "object") {
    return { status: response.status, body: { error: body.error } };
  }
  const retryAfter = Number(response.headers.get("x-retry-after") ?? Number.NaN);
  return failureOf(faultOfAnswer(response.status, body, Number.isFinite(retryAfter) ? retryAfter : undefined));
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
