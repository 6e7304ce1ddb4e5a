/**
 * An OpenID Connect provider that knows the members. Invariant: it is asked for its addresses only when somebody wants to
 * sign in by it, so that a provider that is down keeps nobody else out; its ID tokens are verified.
 */
import { TunnelError } from "@culvert/protocol";
import type { BetterAuthPlugin } from "better-auth";
import { genericOAuth } from "better-auth/plugins/generic-oauth";
import { decodeJwt } from "jose";
import { z } from "zod";
import { serverLimits } from "../limits.ts";

/** What the provider and this server know of each other. */
export interface IdentityProvider {
  /** As in its discovery document, without a slash at the end. */
  readonly issuer: string;
  /** On the button: `Sign in with <name>`. */
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Whom the provider knows and we do not: refused, made a member of the first account, or given an account. */
  readonly newcomers: "refuse" | "operator" | "auditor" | "own-account";
}

/** The one provider's id: it stands in the redirect address that the provider is given. */
export const providerId = "oidc";

const discoverySchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  userinfo_endpoint: z.url().optional(),
});

const claimsSchema = z.object({
  sub: z.string().min(1),
  email: z.string().optional(),
  email_verified: z.union([z.boolean(), z.stringbool()]).default(false),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
});
type Claims = z.infer<typeof claimsSchema>;

/** The plugin, once the provider has told its addresses; rejects with `not-found` or `network`. */
export async function identityProviderPlugin(provider: IdentityProvider | undefined): Promise<BetterAuthPlugin> {
  if (provider === undefined) throw new TunnelError("not-found", "No identity provider is set up here.");
  const discoveryUrl = `${provider.issuer}/.well-known/openid-configuration`;
  const { userinfo_endpoint: userInfoUrl } = await discover(discoveryUrl, provider);
  return genericOAuth({
    config: [
      {
        providerId,
        name: provider.name,
        discoveryUrl,
        clientId: provider.clientId,
        clientSecret: provider.clientSecret,
        scopes: ["openid", "email", "profile"],
        pkce: true,
        requireIdTokenVerification: true,
        disableProviderLogout: true,
        disableSignUp: provider.newcomers === "refuse",
        // The ID token has been verified before this is called.
        getUserInfo: async ({ idToken, accessToken }) => {
          const claims = await claimsOf(idToken, accessToken, userInfoUrl);
          if (claims?.email === undefined) return null;
          const { sub, email, email_verified: emailVerified } = claims;
          return { id: sub, sub, email, emailVerified, name: claims.name ?? claims.preferred_username ?? email };
        },
      },
    ],
  });
}

async function discover(url: string, { issuer, name }: IdentityProvider): Promise<z.infer<typeof discoverySchema>> {
  const away = (message: string, cause?: unknown) =>
    new TunnelError("network", message, { hint: "Try again, or sign in another way.", cause });
  const answer = await fetch(url, { signal: AbortSignal.timeout(serverLimits.oidcDiscoveryMs) }).catch((cause) => {
    throw away(`${name} does not answer.`, cause);
  });
  if (!answer.ok) throw away(`${name} answered with status ${answer.status}.`);
  const document = discoverySchema.safeParse(await answer.json().catch(() => undefined));
  if (!document.success) throw away(`${name} does not describe itself as OpenID Connect asks.`, document.error);
  // https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
  if (document.data.issuer.replace(/\/$/, "") !== issuer) {
    throw away(`${name} calls itself ${document.data.issuer.slice(0, 128)}, not ${issuer}.`);
  }
  return document.data;
}

/** The ID token's claims; with an email from the user info endpoint where the token has none. */
async function claimsOf(
  idToken: string | undefined,
  accessToken: string | undefined,
  userInfoUrl: string | undefined,
): Promise<Claims | undefined> {
  if (idToken === undefined) return undefined;
  const claims = claimsSchema.parse(decodeJwt(idToken));
  if (claims.email !== undefined || userInfoUrl === undefined || accessToken === undefined) return claims;
  const answer = await fetch(userInfoUrl, {
    headers: { authorization: `Bearer ${accessToken}` },
    signal: AbortSignal.timeout(serverLimits.oidcDiscoveryMs),
  });
  const more = claimsSchema.safeParse(await answer.json().catch(() => undefined));
  // https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse: of another subject it must not be used.
  return more.success && more.data.sub === claims.sub ? { ...claims, ...more.data } : undefined;
}
