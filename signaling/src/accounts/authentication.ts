/**
 * better-auth as this server uses it: its tables in our store, signing up closed. Who is let in beside the first owner
 * comes by an invitation, or by the identity provider where that is told to let newcomers in.
 */
import { passkey } from "@better-auth/passkey";
import { type Auth, type BetterAuthOptions, type BetterAuthPlugin, betterAuth } from "better-auth";
import { APIError } from "better-auth/api";
import { getMigrations } from "better-auth/db/migration";
import type { Store } from "../store/index.ts";
import type { CookieNames } from "./cookie-names.ts";
import { type IdentityProvider, identityProviderPlugin } from "./identity-provider.ts";
import { keyField } from "./session-key.ts";
import { type SignInHooks, signInHooks } from "./sign-in-hooks.ts";

/** The header by which the client's address reaches better-auth; a client's own is dropped before. */
export const clientAddressHeader = "x-culvert-client-address";

/** What authentication stands on. */
export interface AuthenticationOptions {
  readonly store: Store;
  readonly dashboardOrigin: URL;
  readonly cookieNames: CookieNames;
  /** Signs session cookies. */
  readonly secret: string;
  /** Ways to sign in that are ours. */
  readonly plugins: readonly BetterAuthPlugin[];
  readonly provider: IdentityProvider | undefined;
  readonly hooks: SignInHooks;
}

/** better-auth, with and without the identity provider. */
export interface Authentication {
  readonly plain: Auth<BetterAuthOptions>;
  /**
   * With it; asks the provider for its addresses at the first call and after each failure. Rejects with `not-found`
   * where none is set up, `network` where it does not answer.
   */
  withProvider(): Promise<Auth<BetterAuthOptions>>;
}

/** better-auth with its tables made. */
export async function createAuthentication(options: AuthenticationOptions): Promise<Authentication> {
  const settings = settingsOf(options);
  await options.store.exclusively(async () => {
    const { runMigrations } = await getMigrations(settings);
    await runMigrations();
  });
  let known: Promise<Auth<BetterAuthOptions>> | undefined;
  const withProvider = async (): Promise<Auth<BetterAuthOptions>> => {
    const plugin = await identityProviderPlugin(options.provider);
    const plugins: BetterAuthPlugin[] = [...(settings.plugins ?? []), plugin];
    const extended: BetterAuthOptions = { ...settings, plugins };
    return betterAuth(extended);
  };
  return {
    plain: betterAuth(settings),
    withProvider: () => {
      const asked = known ?? withProvider();
      known = asked;
      asked.catch(() => {
        known = undefined;
      });
      return asked;
    },
  };
}

function settingsOf(options: AuthenticationOptions): BetterAuthOptions {
  const { dashboardOrigin, cookieNames } = options;
  return {
    appName: "Culvert",
    baseURL: dashboardOrigin.origin,
    basePath: "/api/auth",
    secret: options.secret,
    trustedOrigins: [dashboardOrigin.origin],
    database: { db: options.store.rawQueries, type: options.store.engine, transaction: false },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12 },
    plugins: [passkeys(dashboardOrigin), ...options.plugins],
    databaseHooks: signInHooks(options.hooks),
    session: { additionalFields: { ...keyField } },
    account: {
      // Tokens of the provider are of no use here, but what is kept must not be readable.
      encryptOAuthTokens: true,
      // By email only where both sides have verified it; a member links another one while signed in.
      accountLinking: { enabled: true, allowDifferentEmails: true, requireLocalEmailVerified: true },
    },
    onAPIError: { errorURL: `${dashboardOrigin.origin}/sign-in` },
    // Its own rules for passwords stay (3 tries in 10 s); what cannot be guessed is limited by the route.
    rateLimit: {
      enabled: true,
      storage: "memory",
      customRules: {
        "/sign-in/code": false,
        "/sign-in/invitation": false,
        "/sign-in/social": false,
        "/callback/*": false,
      },
    },
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
}

/** A passkey is the only thing asked for, so its holder proves to be there by finger, face or PIN. */
function passkeys(dashboardOrigin: URL): BetterAuthPlugin {
  const refuseUnverified = (userVerified: boolean): void => {
    if (userVerified) return;
    const message = "The passkey did not check that it is you: set up a PIN, fingerprint or face for it.";
    throw new APIError("UNAUTHORIZED", { code: "USER_NOT_VERIFIED", message });
  };
  return passkey({
    rpID: dashboardOrigin.hostname,
    rpName: "Culvert",
    origin: dashboardOrigin.origin,
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    registration: {
      afterVerification: ({ verification }) => refuseUnverified(verification.registrationInfo?.userVerified === true),
    },
    authentication: {
      afterVerification: ({ verification }) => refuseUnverified(verification.authenticationInfo.userVerified),
    },
  });
}
