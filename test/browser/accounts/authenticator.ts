/** A fingerprint reader for a page: Chromium's own virtual authenticator, which answers by itself. */
import type { CDPSession, Page } from "playwright-core";

/** A reader that holds passkeys. */
export interface VirtualAuthenticator {
  /** Passkeys that it holds now. */
  count(): Promise<number>;
  /** Whether it recognises the finger from now on. */
  recognise(recognised: boolean): Promise<void>;
}

/** Puts a reader into the page's tab. */
export async function addAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      ...{ protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  return {
    count: async () => (await session.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length,
    recognise: async (recognised) => {
      await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: recognised });
    },
  };
}
