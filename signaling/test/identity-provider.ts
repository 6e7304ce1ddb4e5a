/**
 * An OpenID Connect provider on this machine, with a sign-in page of one button for each person it knows. It is a real
 * provider by a kept library; only its people and its page are made up.
 */
import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";

/** Somebody whom the provider knows. */
export interface ProviderPerson {
  readonly sub: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string;
}

/** Where the server under test listens, and who the provider knows. */
export interface IdentityProviderOptions {
  readonly people: readonly ProviderPerson[];
  /** The port to listen at; 0: any. */
  readonly port?: number;
}

/** A provider that answers. */
export interface TestIdentityProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Lets the client in whose dashboard stands at this origin. */
  allow(dashboardOrigin: string): void;
  close(): Promise<void>;
}

const signingKey = {
  ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }),
  ...{ kty: "RSA", alg: "RS256", use: "sig", kid: "of-tests" },
};
const clientId = "culvert";
const clientSecret = "a-secret-of-tests-with-enough-characters";

/** Starts one on 127.0.0.1. */
export async function startIdentityProvider({
  people,
  port = 0,
}: IdentityProviderOptions): Promise<TestIdentityProvider> {
  const server: Server = createServer();
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ issuer, clientId, clientSecret },
    allow: (dashboardOrigin) => {
      const provider = providerFor(issuer, dashboardOrigin, people);
      const answer = provider.callback();
      server.removeAllListeners("request");
      server.on("request", (request, response) => {
        if (request.url?.startsWith("/interaction/")) void interact(provider, people, request, response);
        else void answer(request, response);
      });
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function providerFor(issuer: string, dashboardOrigin: string, people: readonly ProviderPerson[]): Provider {
  return new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [`${dashboardOrigin}/api/auth/callback/oidc`],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    cookies: { keys: ["keys-of-tests"] },
    jwks: { keys: [signingKey] },
    renderError: (context, out) => {
      context.type = "text/plain";
      context.body = JSON.stringify(out);
    },
    findAccount: (_context, sub) => {
      const person = people.find((candidate) => candidate.sub === sub);
      if (person === undefined) return undefined;
      const { email, emailVerified, name } = person;
      return { accountId: sub, claims: async () => ({ sub, email, email_verified: emailVerified, name }) };
    },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: async (context) => {
      const grant = new context.oidc.provider.Grant({
        clientId: context.oidc.client?.clientId ?? "",
        accountId: context.oidc.session?.accountId ?? "",
      });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  });
}

/** The page with a button for each person, and what pressing one does. `?as=<sub>` presses it. */
async function interact(
  provider: Provider,
  people: readonly ProviderPerson[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://any");
  const sub = url.searchParams.get("as");
  if (sub === null) {
    const links = people.map(
      ({ sub: id, name }) => `<p><a href="${url.pathname}?as=${id}">Continue as ${name}</a></p>`,
    );
    const cancel = `<p><a href="${url.pathname}?as=">Cancel</a></p>`;
    response.writeHead(200, { "content-type": "text/html" }).end(`<h1>Example sign-in</h1>${links.join("")}${cancel}`);
  } else {
    const result = sub === "" ? { error: "access_denied" } : { login: { accountId: sub } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
}
