/**
 * An app of many files, as a bundler makes them: pages whose every asset is a request of its own, and that say when all is
 * there. Invariant: content never changes, every file has an ETag, and what was sent is counted.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What the app has sent since it was asked last. */
export interface Sent {
  readonly requests: readonly { readonly path: string; readonly status: number }[];
  /** Bodies alone. */
  readonly bytes: number;
}

export interface AssetApp {
  readonly port: number;
  /** What was sent since the last call. */
  takeSent(): Sent;
  close(): Promise<void>;
}

/** A page: its files beside the document, and what the document does with them. */
interface AssetPage {
  readonly files: readonly AssetFile[];
}

interface AssetFile {
  readonly kind: "script" | "module" | "style" | "image" | "data";
  readonly count: number;
  readonly bytes: number;
}

const kibibyte = 1024;

/**
 * Addresses are `/<page>/<caching>/<any name>/`. Pages: `bundle` is 5 MB in 12 files, `sixty` is 60 requests with the
 * document, 0.8 MB. Caching: `etag` is asked about each time, `immutable` is not; documents are always asked about.
 */
export const assetPages: Readonly<Record<string, AssetPage>> = {
  bundle: {
    files: [
      { kind: "script", count: 1, bytes: 2_700 * kibibyte },
      { kind: "module", count: 3, bytes: 500 * kibibyte },
      { kind: "style", count: 1, bytes: 400 * kibibyte },
      { kind: "image", count: 5, bytes: 50 * kibibyte },
      { kind: "data", count: 1, bytes: 100 * kibibyte },
    ],
  },
  sixty: {
    files: [
      { kind: "script", count: 4, bytes: 40 * kibibyte },
      { kind: "module", count: 16, bytes: 15 * kibibyte },
      { kind: "style", count: 6, bytes: 10 * kibibyte },
      { kind: "image", count: 30, bytes: 10 * kibibyte },
      { kind: "data", count: 3, bytes: 10 * kibibyte },
    ],
  },
};

/** What is asked for here empties the browser's HTTP cache of the app. */
export const clearPath = "/clear";

/** A page that says nothing, at every other address. */
const blank = "<!doctype html><meta charset=utf-8><title>Blank</title><h1>Blank</h1>";

/** Starts the app on a free loopback port. */
export async function startAssetApp(): Promise<AssetApp> {
  let requests: { path: string; status: number }[] = [];
  let bytes = 0;
  const made = new Map<string, { readonly body: string; readonly etag: string }>();
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    // The App View asks for an icon by itself.
    if (path === "/favicon.ico") {
      response.writeHead(404).end();
      return;
    }
    const [, page = "", caching, , name = ""] = path.split("/");
    const key = `${page}/${name}`;
    const file = made.get(key) ?? fileOf(page, name);
    made.set(key, file);
    const isKnown = request.headers["if-none-match"] === file.etag;
    const isLasting = caching === "immutable" && name !== "";
    const headers = {
      etag: file.etag,
      "cache-control": isLasting ? "max-age=31536000, immutable" : "no-cache",
      ...(path === clearPath && { "clear-site-data": '"cache"' }),
    };
    requests.push({ path, status: isKnown ? 304 : 200 });
    if (isKnown) {
      response.writeHead(304, headers).end();
      return;
    }
    bytes += file.body.length;
    response.writeHead(200, { ...headers, "content-type": typeOf(name), "content-length": file.body.length });
    response.end(file.body);
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    takeSent: () => {
      const sent = { requests, bytes };
      requests = [];
      bytes = 0;
      return sent;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function fileOf(page: string, name: string): { readonly body: string; readonly etag: string } {
  const body = name === "" ? documentOf(assetPages[page]) : contentOf(page, name);
  return { body, etag: `"${createHash("sha256").update(body).digest("hex").slice(0, 16)}"` };
}

/** Names are `<kind><number>.<extension>`. */
const extensions = { script: "js", module: "mjs", style: "css", image: "svg", data: "json" } as const;

function namesOf({ kind, count }: AssetFile): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${kind}${index}.${extensions[kind]}`);
}

/** Every second module is imported by the one before it, so that a browser learns of it late. */
function documentOf(page: AssetPage | undefined): string {
  if (page === undefined) return blank;
  const names = Object.fromEntries(page.files.map((file) => [file.kind, namesOf(file)]));
  const modules = (names.module ?? []).filter((_, index) => index % 2 === 0);
  return `<!doctype html><html lang="en"><head><meta charset=utf-8><title>Assets</title>
${(names.style ?? []).map((name) => `<link rel=stylesheet href="${name}">`).join("\n")}
${(names.script ?? []).map((name) => `<script src="${name}" defer></script>`).join("\n")}
<script type=module>
${modules.map((name) => `import "./${name}";`).join("\n")}
const loaded = new Promise((resolve) => addEventListener("load", resolve));
const answers = ${JSON.stringify(names.data ?? [])}.map(async (name) => (await fetch(name)).json());
await Promise.all([...answers, loaded]);
window.allThereMs = performance.now();
</script></head><body>
${(names.image ?? []).map((name) => `<img alt="" src="${name}">`).join("\n")}
</body></html>`;
}

/** Text that does not compress, in the grammar of its kind. */
function contentOf(page: string, name: string): string {
  const [, kind = "", digits = "0"] = /^([a-z]+)(\d+)\./.exec(name) ?? [];
  const file = assetPages[page]?.files.find((each) => each.kind === kind);
  if (file === undefined) return "";
  const filler = fillerOf(name, file.bytes);
  const next = Number(digits) + 1;
  const isImporting = Number(digits) % 2 === 0 && next < file.count;
  switch (file.kind) {
    case "script":
      return `window.parts = (window.parts ?? 0) + "${filler}".length;`;
    case "module":
      return `${isImporting ? `import "./module${next}.mjs";` : ""}export const part = "${filler}";`;
    case "style":
      return `.part${digits} { --filler: "${filler}"; }`;
    case "image":
      return `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><!--${filler}--></svg>`;
    case "data":
      return JSON.stringify({ filler });
  }
}

function fillerOf(seed: string, bytes: number): string {
  let text = "";
  for (let index = 0; text.length < bytes; index += 1) {
    text += createHash("sha512").update(`${seed} ${index}`).digest("base64url");
  }
  return text.slice(0, bytes);
}

function typeOf(name: string): string {
  if (name.endsWith("js")) return "text/javascript";
  if (name.endsWith(".css")) return "text/css";
  if (name.endsWith(".svg")) return "image/svg+xml";
  return name.endsWith(".json") ? "application/json" : "text/html; charset=utf-8";
}
