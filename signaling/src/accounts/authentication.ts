/**
 * better-auth as this server uses it: one handler under /api/auth, its tables in our store. Signing up is closed: the
 * first start makes the owner.
 */
import { passkey } from "@better-auth/passkey";
import { type Auth, type BetterAuthOptions, betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import type { Store } from "../store/index.ts";
import type { CookieNames } from "./cookie-names.ts";
import { type SignInCodeOptions, signInCode } from "./sign-in-code.ts";

/** The header by which the client's address reaches better-auth; a client's own is dropped before. */
export const clientAddressHeader = "x-culvert-client-address";

/** A sign-in that is over: signed out, taken back, or past its time. */
export interface SignInEnd {
  readonly signInId: string;
  readonly accountId: string;
  /** Who ended it; empty where nobody did. */
  readonly address: string;
}

/** What authentication stands on. */
export interface AuthenticationOptions {
  readonly store: Store;
  readonly dashboardOrigin: URL;
  readonly cookieNames: CookieNames;
  /** Signs session cookies. */
  readonly secret: string;
  readonly signInCode: SignInCodeOptions;
  /** Told once for each sign-in that ends, after its cookie has lost its worth. */
  readonly onSignInEnd: (ended: SignInEnd) => Promise<void>;
}

/** better-auth with its tables made. */
export async function createAuthentication(options: AuthenticationOptions): Promise<Auth<BetterAuthOptions>> {
  const { dashboardOrigin, cookieNames } = options;
  const settings: BetterAuthOptions = {
    appName: "Culvert",
    baseURL: dashboardOrigin.origin,
    basePath: "/api/auth",
    secret: options.secret,
    trustedOrigins: [dashboardOrigin.origin],
    database: { db: options.store.rawQueries, type: "sqlite", transaction: false },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12 },
    plugins: [
      passkey({ rpID: dashboardOrigin.hostname, rpName: "Culvert", origin: dashboardOrigin.origin }),
      signInCode(options.signInCode),
    ],
    databaseHooks: {
      session: {
        delete: {
          after: ({ id, userId }, context) => {
            const address = context?.headers?.get(clientAddressHeader) ?? "";
            return options.onSignInEnd({ signInId: id, accountId: userId, address });
          },
        },
      },
    },
    // Its own rules for passwords stay (3 tries in 10 s); codes of 130 bits are limited by the route.
    rateLimit: { enabled: true, storage: "memory", customRules: { "/sign-in/code": false } },
    telemetry: { enabled: false },
    // Its messages quote addresses and bodies.
    logger: { disabled: true },
    advanced: {
      useSecureCookies: false,
      cookiePrefix: cookieNames.prefix,
      defaultCookieAttributes: { secure: cookieNames.secure, httpOnly: true, sameSite: "lax", path: "/" },
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
      disableOriginCheck: false,
      disableCSRFCheck: false,
    },
  };
  const { runMigrations } = await getMigrations(settings);
  await runMigrations();
  return betterAuth(settings);
}
