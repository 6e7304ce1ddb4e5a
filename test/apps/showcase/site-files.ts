/** Everything of the site that lies in files: pages put into one frame, styles, scripts, two fonts. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Representation } from "./exchange.ts";

const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

const fonts: Readonly<Record<string, string>> = {
  "inter.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  "jetbrains-mono.woff2": "@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2",
};

/** The pages in the order of the menu: path, name in the menu, title. */
export const pages = [
  { path: "/", name: "overview", label: "Overview" },
  { path: "/live", name: "live", label: "Live" },
  { path: "/chat", name: "chat", label: "Chat" },
  { path: "/files", name: "files", label: "Files" },
  { path: "/media", name: "media", label: "Media" },
  { path: "/compute", name: "compute", label: "Compute" },
  { path: "/account", name: "account", label: "Account" },
] as const;
export type PageName = (typeof pages)[number]["name"];

const folder = (name: string): string => fileURLToPath(new URL(`./${name}/`, import.meta.url));
const frame = readFileSync(`${folder("pages")}frame.html`, "utf8");

/** A page in its frame. `values` fill `{{name}}` places and are escaped. */
export function renderPage(name: PageName | "not-found", values: Readonly<Record<string, string>> = {}): string {
  const label = pages.find((page) => page.name === name)?.label ?? "Not found";
  const links = pages.map((page) => {
    const current = page.name === name ? ' aria-current="page"' : "";
    return `<a href="${page.path}"${current}>${page.label}</a>`;
  });
  const content = readFileSync(`${folder("pages")}${name}.html`, "utf8").replaceAll(
    /\{\{(\w+)\}\}/g,
    (_, key: string) => escapeHtml(values[key] ?? ""),
  );
  return frame
    .replace("<!-- links -->", links.join(""))
    .replace("<!-- title -->", label)
    .replace("<!-- content -->", () => content);
}

/** The files under `/assets/`, by path. */
export function loadAssets(): ReadonlyMap<string, Representation> {
  const own = readdirSync(folder("public")).map((name): [string, string] => [name, `${folder("public")}${name}`]);
  const foreign = Object.entries(fonts).map(([name, module]): [string, string] => [
    name,
    fileURLToPath(import.meta.resolve(module)),
  ]);
  return new Map([...own, ...foreign].map(([name, path]) => [`/assets/${name}`, representation(path)]));
}

/** A file's bytes as something that can be answered whole, in part or not at all. */
function representation(path: string): Representation {
  const bytes = readFileSync(path);
  return bufferRepresentation(bytes, contentTypes[extname(path)] ?? "application/octet-stream");
}

/** Bytes in memory as a representation; the validator is made of their hash. */
export function bufferRepresentation(bytes: Buffer, contentType: string): Representation {
  return {
    contentType,
    sizeBytes: bytes.length,
    etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`,
    headers: { "cache-control": "no-cache" },
    read: (first, last) => bytes.subarray(first, last + 1),
  };
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
