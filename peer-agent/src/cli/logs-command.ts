/** `culvert logs`: what the running agent did lately, and does. */
import { exitCodes } from "./exit-codes.ts";
import { readLog } from "./local/local-client.ts";
import type { Output } from "./output.ts";
import { clockTime, printable } from "./spoken.ts";
import { notRunning } from "./status-command.ts";

/** What to show. */
export interface LogsWish {
  readonly lines: number;
  readonly withRequests: boolean;
  readonly follow: boolean;
}

/** Writes records as lines, or JSON one per line. Resolves with `notRunning` where no agent runs. */
export async function runLogs(
  dataFolder: string,
  wish: LogsWish,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const isThere = await readLog(dataFolder, { ...wish, signal }, (record) => {
    if (output.isJson) process.stdout.write(`${JSON.stringify(record)}\n`);
    else if (record.text !== "") {
      const time = output.palette.dim(clockTime(Date.parse(record.time)));
      process.stdout.write(`${time} ${output.palette.marks[record.mark]} ${printable(record.text)}\n`);
    }
  });
  if (isThere) return exitCodes.done;
  output.error(await notRunning(dataFolder));
  return exitCodes.notRunning;
}
