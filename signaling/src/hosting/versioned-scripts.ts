/**
 * Scripts of documents on app origins by the hash of what they hold: a browser that has one asks for it no more, and an
 * opening saves a round trip for each. Invariant: an address with a hash is kept only where its content has that hash.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Kept for a year and never asked for again (RFC 8246). */
export const keptForGood = "public, max-age=31536000, immutable";

const scriptAddress = /(?<=<script src=")\/\.culvert\/([a-z][a-z-]*\.js)(?=")/g;

/** Names bytes by what they hold. */
export function contentHash(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
}

/** True where a request's address asks for exactly these bytes: `?v=` and their hash. */
export function asksForExactly(url: string, bytes: string | Uint8Array): boolean {
  return url.split("?", 2)[1] === `v=${contentHash(bytes)}`;
}

/** The document with a hash in the address of each script of `folder`; one that is not built keeps its plain address. */
export async function withVersionedScripts(html: string, folder: string): Promise<string> {
  const hashes = new Map<string, string>();
  for (const [, file = ""] of html.matchAll(scriptAddress)) {
    const bytes = await readFile(join(folder, file)).catch(() => undefined);
    if (bytes !== undefined) hashes.set(file, contentHash(bytes));
  }
  return html.replace(scriptAddress, (address, file: string) => {
    const hash = hashes.get(file);
    return hash === undefined ? address : `${address}?v=${hash}`;
  });
}
