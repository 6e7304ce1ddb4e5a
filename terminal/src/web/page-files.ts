/** The built page: its document, with a nonce for each answer, and its files. Read once, served from memory. */
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));
const noncePlace = "__CSP_NONCE__";

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** What the page may do: its own files and nothing from elsewhere. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // xterm.js makes its style sheets as elements, and colours outside its palette as attributes.
    `style-src-elem 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

const always = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
} as const;

/** The files of one build. */
export class PageFiles {
  readonly #document: string | undefined;
  readonly #files = new Map<string, { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string }>();

  constructor(folder: string = dist) {
    try {
      this.#document = readFileSync(join(folder, "index.html"), "utf8");
      for (const name of readdirSync(join(folder, "assets"))) {
        const type = types[extname(name)];
        const bytes = new Uint8Array(readFileSync(join(folder, "assets", name)));
        if (type !== undefined) this.#files.set(`/assets/${name}`, { bytes, type });
      }
    } catch {
      this.#document = undefined;
    }
  }

  /** The document; words where the page was not built. */
  document(): Response {
    if (this.#document === undefined) {
      const words = "The page of terminals is not built. Run `npm run build --workspace terminal`, then try again.\n";
      return new Response(words, { status: 503, headers: { ...always, "content-type": "text/plain; charset=utf-8" } });
    }
    const nonce = randomBytes(16).toString("base64url");
    return new Response(this.#document.replaceAll(noncePlace, nonce), {
      headers: {
        ...always,
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy(nonce),
        "cache-control": "no-store",
      },
    });
  }

  /** A file by its path; undefined where there is none. Names change with contents. */
  file(path: string): Response | undefined {
    const file = this.#files.get(path);
    if (file === undefined) return undefined;
    const headers = { ...always, "content-type": file.type, "cache-control": "public, max-age=31536000, immutable" };
    return new Response(file.bytes, { headers });
  }
}
