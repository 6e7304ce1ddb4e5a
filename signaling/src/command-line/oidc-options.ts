/** The identity provider as flags and variables: `CULVERT_OIDC_*`; its secret is a variable or a file alone. */
import { TunnelError } from "@culvert/protocol";
import { Option } from "commander";
import { type Environment, type SignalingServerOptions, secretText } from "../config/index.ts";

/** Flags of the identity provider. */
export interface OidcFlags {
  readonly oidcIssuer?: string;
  readonly oidcClientId?: string;
  readonly oidcName?: string;
  readonly oidcNewcomers?: "refuse" | "operator" | "auditor" | "own-account";
}

/** The variable that holds the client's secret. */
export const oidcSecretVariable = "CULVERT_OIDC_CLIENT_SECRET";

/** The options as commander takes them. */
export function oidcOptions(): Option[] {
  return [
    new Option("--oidc-issuer <url>", "OpenID Connect provider that members may sign in by").env("CULVERT_OIDC_ISSUER"),
    new Option("--oidc-client-id <id>", "what the provider calls this server").env("CULVERT_OIDC_CLIENT_ID"),
    new Option("--oidc-name <name>", "the provider's name on the sign-in page").env("CULVERT_OIDC_NAME"),
    new Option("--oidc-newcomers <what>", "whom only the provider knows: refuse, or make them a member")
      .env("CULVERT_OIDC_NEWCOMERS")
      .choices(["refuse", "operator", "auditor", "own-account"]),
  ];
}

/** The provider as a server option; none where nothing of it is set. Throws `invalid-request` where a part is missing. */
export function identityProviderOf(
  { oidcIssuer, oidcClientId, oidcName, oidcNewcomers }: OidcFlags,
  environment: Environment = process.env,
): Pick<SignalingServerOptions, "identityProvider"> {
  const clientSecret = secretText(oidcSecretVariable, environment);
  if (oidcIssuer === undefined && oidcClientId === undefined && clientSecret === undefined) return {};
  if (oidcIssuer === undefined || oidcClientId === undefined || clientSecret === undefined) {
    throw new TunnelError(
      "invalid-request",
      `An identity provider needs CULVERT_OIDC_ISSUER, CULVERT_OIDC_CLIENT_ID and ${oidcSecretVariable}.`,
      { hint: `${oidcSecretVariable}_FILE may name a file that holds the secret.` },
    );
  }
  return {
    identityProvider: {
      ...{ issuer: oidcIssuer, clientId: oidcClientId, clientSecret },
      ...(oidcName === undefined ? {} : { name: oidcName }),
      ...(oidcNewcomers === undefined ? {} : { newcomers: oidcNewcomers }),
    },
  };
}
