/** The repository's source files as text, and what they import. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

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

/** Module names in import and export declarations and in `import()`, in order, comments left out. */
export function importsOf({ text }: SourceFile): readonly string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
  const pattern = /^(?:import|export)\s[^;"'`]*?from\s*"([^"]+)"|^import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;
  return [...code.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
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
