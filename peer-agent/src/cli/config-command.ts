/** `culvert config check` and `culvert config schema`: a configuration looked at without running it. */
import { readFile } from "node:fs/promises";
import { configPaths, faultLine, loadConfig } from "../config/config-file.ts";
import { configJsonSchema } from "../config/config-json-schema.ts";
import { readConfig } from "../config/read-config.ts";
import { targetOf } from "../services/index.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { counted } from "./spoken.ts";
import { targetWords } from "./target-words.ts";
import { tableLines } from "./text-table.ts";

/** Lists every fault by file and line, or what the file publishes. */
export async function checkConfig(named: string | undefined, dataFolder: string, output: Output): Promise<number> {
  for (const path of configPaths(named, dataFolder)) {
    const text = await readFile(path, "utf8").catch(() => undefined);
    const reading = text === undefined ? undefined : readConfig(text);
    if (reading?.type !== "faults") continue;
    const lines = reading.faults.map((fault) => `${output.palette.marks.lost} ${faultLine(path, fault)}`);
    output.answer({ path, faults: reading.faults }, [...lines, `${counted(lines.length, "fault")} in ${path}.`]);
    return exitCodes.failed;
  }
  const { path, services } = await loadConfig(named, dataFolder);
  const rows = services.map((service) => [
    `${output.palette.marks.ready} ${service.name}`,
    ...[service.mode ?? "http", targetWords(targetOf(service)).name],
  ]);
  const names = services.map(({ name }) => name);
  output.answer({ path, faults: [], services: names }, [`${path} is right.`, ...tableLines(rows)]);
  return exitCodes.done;
}

/** Writes the JSON Schema, which editors complete and check by. */
export function writeConfigSchema(): number {
  process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
  return exitCodes.done;
}
