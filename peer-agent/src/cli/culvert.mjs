#!/usr/bin/env node
/** What `culvert` starts: plain JavaScript, so that an old Node can say that it is one. */
import module from "node:module";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 22 || (major === 22 && minor >= 19)) {
  // Compiled once, not at each start; in a folder of one's own, since who can write there runs in this process.
  const { default: envPaths } = await import("env-paths");
  module.enableCompileCache?.(envPaths("culvert", { suffix: "" }).cache);
  await import("./main.ts");
} else {
  const words = `Culvert needs Node 22.19 or newer; this is Node ${process.versions.node}.`;
  process.stderr.write(`✕ ${words} Install the current one from https://nodejs.org and run the command again.\n`);
  process.exitCode = 1;
}
