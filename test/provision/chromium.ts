/** The browser that the browser tests drive: the machine's own, else Debian's, installed where that is possible. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** A program to start, or what is missing and the command that brings it. */
export type Provision =
  | { readonly type: "found"; readonly path: string }
  | { readonly type: "missing"; readonly what: string; readonly command: string };

/** The path of a Chromium or Chrome: `CHROME_PATH`, else one on the PATH, else one where installers put it. */
export function findChromium(): string | undefined {
  const chosen = process.env.CHROME_PATH;
  if (chosen !== undefined && chosen !== "") return isFile(chosen) ? chosen : undefined;
  const folders = (process.env.PATH ?? "").split(delimiter);
  return [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...places].find(isFile);
}

/** Finds Chromium, and installs it first where this is Debian and we are root. `say` is told what takes time. */
export function provideChromium(say: (line: string) => void): Provision {
  const found = findChromium();
  if (found !== undefined) return { type: "found", path: found };
  if (canInstall()) {
    say("Installing Chromium: apt-get install chromium");
    run("apt-get", ["update", "-q"]);
    run("apt-get", ["install", "-q", "-y", "--no-install-recommends", "chromium"]);
    const installed = findChromium();
    if (installed !== undefined) return { type: "found", path: installed };
  }
  const chosen = process.env.CHROME_PATH;
  return {
    type: "missing",
    what: chosen ? `Chromium (CHROME_PATH is ${chosen}, where no program is)` : "Chromium or Chrome",
    command: existsSync("/etc/debian_version")
      ? "sudo apt-get install chromium"
      : "set CHROME_PATH to a Chrome or Chromium",
  };
}

function canInstall(): boolean {
  return existsSync("/etc/debian_version") && process.getuid?.() === 0 && process.env.CHROME_PATH === undefined;
}

function run(program: string, args: readonly string[]): void {
  spawnSync(program, args, {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
