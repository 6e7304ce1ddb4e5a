/** What `npm start` and `npm test` find out before they do anything: is all installed, is Node new enough, is it built. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { builds, isBuilt, markBuilt, sourceHash } from "../deploy/local/builds.mjs";
import { installationFault } from "../deploy/local/installation.mjs";
import { isNewEnough, runtimeFault } from "../deploy/local/runtime.mjs";
import { parseStartOptions } from "../deploy/local/start-options.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "culvert-prepare-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, content: string | object): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content));
}

describe("what is installed", () => {
  const wanted = {
    "": { version: "0.1.0" },
    signaling: { version: "0.1.0" },
    "node_modules/@culvert/signaling": { link: true },
    "node_modules/ws": { version: "8.23.0" },
    "signaling/node_modules/@scope/inner": { version: "1.0.0" },
    "node_modules/only-on-mac": { version: "2.0.0", optional: true },
  };
  const installed = {
    "node_modules/ws": { version: "8.23.0" },
    "signaling/node_modules/@scope/inner": { version: "1.0.0" },
  };

  test.each([
    ["agrees with the lock file", installed, undefined],
    ["lacks a package", { "node_modules/ws": { version: "8.23.0" } }, "@scope/inner 1.0.0 is not installed"],
    [
      "has another version",
      { ...installed, "node_modules/ws": { version: "8.1.0" } },
      "ws is 8.1.0, package-lock.json asks for 8.23.0",
    ],
    [
      "has another version of an optional package",
      { ...installed, "node_modules/only-on-mac": { version: "1.0.0" } },
      "only-on-mac is 1.0.0, package-lock.json asks for 2.0.0",
    ],
  ])("%s", (_, packages, fault) => {
    write("package-lock.json", { packages: wanted });
    write("node_modules/.package-lock.json", { packages });
    expect(installationFault(root)).toBe(fault);
  });

  test("is nothing after a fresh clone, or where an install broke off", () => {
    write("package-lock.json", { packages: wanted });
    expect(installationFault(root)).toBe("nothing is installed yet");
    write("node_modules/.package-lock.json", "{ half");
    expect(installationFault(root)).toBe("nothing is installed yet");
  });
});

describe("the Node that scripts get", () => {
  test.each([
    ["20.19.0", false],
    ["22.17.9", false],
    ["22.18.0", true],
    ["24.0.0", true],
  ])("%s is new enough: %s", (version, expected) => expect(isNewEnough(version)).toBe(expected));

  test("is this one where npm brought none, and the brought one is asked for its version", () => {
    expect(runtimeFault(root)).toBeUndefined();
    write("node_modules/node/bin/node", "not a program");
    write("node_modules/node/bin/node.exe", "not a program");
    expect(runtimeFault(root)).toContain("npm rebuild node --ignore-scripts=false");
  });
});

describe("a build", () => {
  const [build] = builds;

  test("holds until a source, a new file or the lock file changes; tests do not count", () => {
    write("package-lock.json", "{}");
    write("browser-client/src/index.ts", "one");
    write("browser-client/dist/app.js", "built");
    expect(isBuilt(root, build)).toBe(false);

    const mark = (): void => markBuilt(root, build, sourceHash(root, build));
    mark();
    expect(isBuilt(root, build)).toBe(true);
    write("browser-client/src/index.test.ts", "a test");
    expect(isBuilt(root, build)).toBe(true);

    for (const [path, content] of [
      ["browser-client/src/index.ts", "two"],
      ["browser-client/src/deep/new.ts", ""],
      ["protocol/src/limits.ts", ""],
      ["package-lock.json", "{ }"],
    ] as const) {
      mark();
      write(path, content);
      expect(isBuilt(root, build), path).toBe(false);
    }
  });

  test("is gone when its dist is gone", () => {
    write("package-lock.json", "{}");
    write("browser-client/dist/app.js", "built");
    markBuilt(root, build, sourceHash(root, build));
    rmSync(join(root, "browser-client/dist"), { recursive: true });
    expect(isBuilt(root, build)).toBe(false);
  });
});

describe("words after npm start", () => {
  test("choose the user's own app, port, folder and library", () => {
    const words = ["3000", "--port", "5000", "--webrtc", "werift", "--data", root, "--app-ports", "4100-4199"];
    expect(parseStartOptions(words)).toEqual({
      appPort: 3000,
      port: 5000,
      dataFolder: root,
      webrtc: "werift",
      appPorts: "4100-4199",
    });
    expect(parseStartOptions([])).toMatchObject({ appPort: undefined, port: 4000, webrtc: "auto" });
    expect(parseStartOptions(["--help"])).toBe("help");
  });

  test.each([
    [["3000", "3001"]],
    [["http://localhost:3000"]],
    [["70000"]],
    [["--port", "x"]],
    [["--webrtc", "none"]],
    [["--nope"]],
  ])("that make no sense are refused: %s", (words) => expect(() => parseStartOptions(words)).toThrow());
});
