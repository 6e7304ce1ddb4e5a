/**
 * This page's proof, where the server asks for one: it does so where apps are ports of this host, which all share the
 * session's cookie, and says so by a challenge in the document.
 */
import { plainRequest } from "../api/plain-request.ts";
import { browserKeys } from "./browser-key.ts";
import { SessionProof } from "./session-proof.ts";

const challenge = globalThis.document?.querySelector<HTMLMetaElement>('meta[name="culvert-challenge"]')?.content ?? "";

/** Undefined where the cookie is enough. A page that no signaling served has the mark of one in its place. */
export const pageProof =
  challenge === "" || challenge.startsWith("__")
    ? undefined
    : new SessionProof({
        ...{ challenge, keys: browserKeys, request: plainRequest, nowMs: Date.now },
        origin: globalThis.location.origin,
      });

/** What a page's own WebSockets to signaling are opened with, where they need something. */
export const socketProtocols = pageProof && (() => pageProof.socketProtocols());
