/** Holds the repository to docs/architecture.md and to the rules of the house. Each failure names file and rule. */
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { findCycles } from "./architecture/cycles.ts";
import { roomOf, rooms } from "./architecture/rooms.ts";
import { importsOf, isTest, readCode, readFiles, root, targetOf } from "./architecture/sources.ts";

const maxLines = 300;
const maxMedianLines = 130;
const code = readCode();
const manifests = readFiles(/(^|\/)package\.json$/);
/** Test tools and types, which the root brings for all. */
const rootPackages = declaredBy("");
const typescript = code.filter(({ path }) => /\.tsx?$/.test(path));

/** Every file is parsed once, by whichever test comes first: seconds on a machine with other work. */
const parsingMs = 60_000;

describe("imports", () => {
  test("every room of the table exists, so that no rule is about nothing", () => {
    const empty = rooms.filter(({ place }) => !code.some(({ path }) => path.startsWith(place)));
    expect(empty.map(({ place }) => place)).toEqual([]);
  });

  test(
    "code imports only what its room may import",
    () => {
      const faults = code.flatMap((file) => {
        const room = roomOf(file.path);
        if (room === undefined) return [];
        const allowed = isTest(file.path) ? testRules(room) : room;
        return importsOf(file)
          .filter((specifier) => !isAllowed(file.path, specifier, allowed))
          .map((specifier) => `${file.path} imports ${specifier}; ${room.place} must not: ${room.because}`);
      });
      expect(faults).toEqual([]);
    },
    parsingMs,
  );

  test("relative imports name the file with its ending, and the file exists", () => {
    const faults = code.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith("."))
        .filter((specifier) => {
          const target = posix.join(posix.dirname(file.path), specifier);
          return (
            !/\.(ts|tsx|mjs|js|css|json)$/.test(specifier) || target.startsWith("..") || !existsSync(join(root, target))
          );
        })
        .map((specifier) => `${file.path} imports ${specifier}`),
    );
    expect(faults).toEqual([]);
  });

  test("a package's code reaches another package by its exports only", () => {
    const faults = code.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith(".") && !isTest(file.path))
        .filter((specifier) => packageOf(posix.join(posix.dirname(file.path), specifier)) !== packageOf(file.path))
        .map((specifier) => `${file.path} imports ${specifier}`),
    );
    expect(faults).toEqual([]);
  });

  test("a package declares every package that its code imports", () => {
    const faults = code.flatMap((file) => {
      const declared = declaredBy(packageOf(file.path));
      return importsOf(file)
        .map((specifier) => targetOf(file.path, specifier))
        .flatMap((target) => ("foreign" in target && target.foreign !== "node:" ? [target.foreign] : []))
        .filter((name) => !declared.has(name) && !rootPackages.has(name))
        .map((name) => `${file.path} imports ${name}`);
    });
    expect(faults).toEqual([]);
  });

  test("no file imports itself by way of others", () => {
    expect(findCycles(code)).toEqual([]);
  });

  test("wire and tunnel compile without any platform", () => {
    const [config] = readFiles(/^protocol\/tsconfig\.core\.json$/);
    const { compilerOptions, include } = JSON.parse(config?.text ?? "{}");
    expect(compilerOptions).toMatchObject({ lib: ["ES2023"], types: [] });
    expect(include).toEqual(expect.arrayContaining(["src/wire/**/*.ts", "src/tunnel/**/*.ts", "src/seal/**/*.ts"]));
  });
});

describe("files", () => {
  test(`none is longer than ${maxLines} lines`, () => {
    const long = readFiles(/\.(ts|tsx|js|mjs|css|html|sh)$/).filter(({ lines }) => lines > maxLines);
    expect(long.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([]);
  });

  test(`the median of source files is at most ${maxMedianLines} lines`, () => {
    const lengths = code
      .filter(({ path }) => !isTest(path))
      .map(({ lines }) => lines)
      .sort((left, right) => left - right);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(maxMedianLines);
  });

  test("are named in kebab-case after one thing", () => {
    const faults = code
      .map(({ path }) => path)
      .filter((path) => {
        const name = posix.basename(path);
        return !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|fixture|config|d))?\.(ts|tsx|js|mjs)$/.test(name) || isVague(name);
      });
    expect(faults).toEqual([]);
  });

  test("begin with what lives in them", () => {
    const written = typescript.filter(({ path }) => !/\.(test|config)\.tsx?$/.test(path));
    const faults = written.filter(({ path, text }) => {
      const start = text.replace(/^#!.*\n/, "").trimStart();
      const onlyExports = posix.basename(path) === "index.ts" && /^export /.test(start);
      return !start.startsWith("/**") && !start.startsWith("//") && !onlyExports;
    });
    expect(faults.map(({ path }) => path)).toEqual([]);
  });

  test("an index only re-exports", () => {
    const faults = typescript
      .filter(({ path }) => posix.basename(path) === "index.ts")
      .filter(({ text }) => /^\s*(?:export\s+)?(?:const|let|function|class|interface)\b/m.test(text));
    expect(faults.map(({ path }) => path)).toEqual([]);
  });
});

describe("words", () => {
  const texts = readFiles(/\.(ts|tsx|js|mjs|css|html|md|json|sh)$|^\.ci\//).filter(
    ({ path }) => path !== "package-lock.json",
  );

  test("nothing is left to be done later by a note in the code", () => {
    const note = new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"].join("|")})\\b`);
    expect(texts.filter(({ text }) => note.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test("no text names a place on somebody's machine", () => {
    const place = /(?<![\w.:/])\/(?:root|home|Users|work|tmp)\/\w/;
    const faults = texts.flatMap(({ path, text }) =>
      text.split("\n").flatMap((line, index) => (place.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    );
    expect(faults).toEqual([]);
  });

  test("links between documents lead to files of the repository", () => {
    const faults = texts
      .filter(({ path }) => path.endsWith(".md"))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)]
          .map((match) => posix.join(posix.dirname(path), match[1] ?? ""))
          .filter((target) => target.startsWith("..") || !existsSync(join(root, target)))
          .map((target) => `${path} links to ${target}`),
      );
    expect(faults).toEqual([]);
  });
});

/** Dependencies of a workspace; none for a folder that is no workspace. */
function declaredBy(workspace: string): ReadonlySet<string> {
  const [manifest] = manifests.filter(
    ({ path }) => path === (workspace === "" ? "package.json" : `${workspace}/package.json`),
  );
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(manifest?.text ?? "{}");
  return new Set(Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }));
}

function isAllowed(
  path: string,
  specifier: string,
  room: Pick<(typeof rooms)[number], "place" | "mayImport" | "mayUse">,
): boolean {
  const target = targetOf(path, specifier);
  if ("foreign" in target) return room.mayUse.includes("*") || room.mayUse.includes(target.foreign);
  return [room.place, ...room.mayImport].some((place) => target.own.startsWith(place));
}

/** A test beside the source may also use test libraries, Node, and what stands in for the world. */
function testRules(room: (typeof rooms)[number]): Pick<(typeof rooms)[number], "place" | "mayImport" | "mayUse"> {
  const ownPackage = `${packageOf(room.place)}/`;
  return {
    place: room.place,
    mayImport: [...room.mayImport, ownPackage, "protocol/"],
    mayUse: [...room.mayUse, "vitest", "fast-check", "node:"],
  };
}

function packageOf(path: string): string {
  if (path.startsWith("protocol/conformance/")) return "protocol/conformance";
  return path.slice(0, path.indexOf("/"));
}

function isVague(name: string): boolean {
  return /^(utils?|helpers?|common|misc|managers?|shared|stuff)\.|-(utils?|helpers?|manager)\./.test(name);
}
