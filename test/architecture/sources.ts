/** The repository's source files as text, and what they import. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "vite";

/** The repository's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const skipped = new Set(["node_modules", "dist", "test-results"]);
const codeName = /\.(ts|tsx|js|mjs)$/;

/** One file. `path`: from the root, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: number;
}

/** All files whose names match, hidden folders and what is installed or built left out. */
export function readFiles(pattern: RegExp): readonly SourceFile[] {
  return pathsUnder("")
    .filter((path) => pattern.test(path))
    .map((path) => {
      const text = readFileSync(join(root, path), "utf8");
      return { path, text, lines: text.split("\n").length - (text.endsWith("\n") ? 1 : 0) };
    });
}

/** TypeScript and JavaScript, tests included. */
export function readCode(): readonly SourceFile[] {
  return readFiles(codeName);
}

/** True for tests: they may be repetitive and import test libraries. */
export function isTest(path: string): boolean {
  return /\.(test|fixture)\.tsx?$/.test(path) || path.startsWith("test/") || path.startsWith("protocol/test/");
}

/** Module names in import and export declarations and in `import()`, types too, in order; comments and strings left out. */
export function importsOf({ path, text }: SourceFile): readonly string[] {
  const known = imports.get(text);
  if (known !== undefined) return known;
  const { program, module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  const declared = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest),
    ...module.staticExports.flatMap(({ entries }) => entries.flatMap((entry) => entry.moduleRequest ?? [])),
  ].map(({ start, value }) => ({ start, value }));
  const inside = /\bimport\s*\(/.test(text) ? importExpressions(program) : [];
  const names = [...declared, ...inside].sort((left, right) => left.start - right.start);
  const unique = [...new Map(names.map(({ start, value }) => [start, value])).values()];
  imports.set(text, unique);
  return unique;
}
/** By text: tests ask for the same file many times. */
const imports = new Map<string, readonly string[]>();

interface Named {
  readonly start: number;
  readonly value: string;
}

/** `import("x")` as an expression and as a type. */
function importExpressions(node: unknown): readonly Named[] {
  if (typeof node !== "object" || node === null) return [];
  const { type, source } = node as { readonly type?: string; readonly source?: { start: number; value?: unknown } };
  const isImport = type === "ImportExpression" || type === "TSImportType";
  const here = isImport && typeof source?.value === "string" ? [{ start: source.start, value: source.value }] : [];
  return [...here, ...Object.values(node).flatMap(importExpressions)];
}

/**
 * Where an import leads: a path of the repository for relative ones and our packages (`@culvert/x/y`), else the name of
 * a package or `node:`.
 */
export function targetOf(path: string, specifier: string): { readonly own: string } | { readonly foreign: string } {
  if (specifier.startsWith(".")) return { own: posix.normalize(posix.join(posix.dirname(path), specifier)) };
  if (specifier.startsWith("node:")) return { foreign: "node:" };
  const [scope = "", name = "", ...rest] = specifier.split("/");
  if (scope === "@culvert") return { own: `${name}/${rest.length === 0 ? "" : `src/${rest.join("/")}/`}` };
  return { foreign: specifier.startsWith("@") ? `${scope}/${name}` : scope };
}

function pathsUnder(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !skipped.has(entry.name) && (!entry.name.startsWith(".") || entry.name === ".ci"))
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) return pathsUnder(path);
      return entry.isFile() ? [path] : [];
    });
}
