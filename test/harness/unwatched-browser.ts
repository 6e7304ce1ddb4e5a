/**
 * Chromium that no debugger watches, not even from afar: one keeps service workers alive. What happens in it shows in what
 * its pages report to the test's own app, and in the files that it saves.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { findChromium } from "../provision/chromium.ts";
import { browserEnvironment, browserFlags } from "./chromium-flags.ts";

/** A profile's folder, with one beside it into which the browser saves files without asking. */
export interface Profile {
  readonly folder: string;
  readonly downloads: string;
  remove(): void;
}

/** A browser that runs. */
export interface UnwatchedBrowser {
  readonly pid: number;
  /** True until it ended by itself or by `close`. */
  readonly isRunning: boolean;
  close(): Promise<void>;
}

/** An empty profile, in which pages may save files one after the other. */
export function makeProfile(): Profile {
  const place = mkdtempSync(join(tmpdir(), "culvert-profile-"));
  const folder = join(place, "profile");
  const downloads = join(place, "downloads");
  mkdirSync(join(folder, "Default"), { recursive: true });
  mkdirSync(downloads);
  const preferences = {
    download: { default_directory: downloads, prompt_for_download: false },
    profile: { default_content_setting_values: { automatic_downloads: 1 } },
  };
  writeFileSync(join(folder, "Default", "Preferences"), JSON.stringify(preferences));
  return { folder, downloads, remove: () => rmSync(place, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Opens an address in a browser on this profile. Nobody can ask the browser for anything afterwards. */
export function openUnwatched(url: string, profile: Profile, flags: readonly string[] = []): UnwatchedBrowser {
  const executable = findChromium();
  if (executable === undefined) throw new Error("Chromium is missing; run the browser tests by npm test.");
  const args = [...browserFlags, ...flags, `--user-data-dir=${profile.folder}`, url];
  const child = spawn(executable, args, { stdio: "ignore", env: browserEnvironment });
  const ended = once(child, "exit");
  let isRunning = true;
  void ended.then(() => {
    isRunning = false;
  });
  return {
    pid: child.pid ?? Number.NaN,
    get isRunning() {
      return isRunning;
    },
    close: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** SHA-256, in hex, of a file that the browser has saved to its end; undefined while it has not. */
export async function savedHash({ downloads }: Profile, name: string): Promise<string | undefined> {
  const file = join(downloads, name);
  // The name is taken while the file is still being written under another one.
  const isBeingSaved = readdirSync(downloads).some((other) => other.endsWith(".crdownload"));
  if (isBeingSaved || !existsSync(file)) return undefined;
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
