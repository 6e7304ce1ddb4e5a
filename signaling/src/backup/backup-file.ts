/**
 * A backup as a file: gzip over lines of JSON: a head, rows of tables, an end that counts them. Invariant: it says the
 * same whatever engine it came from, and one that was cut short is told from a whole one.
 */
import { chmodSync, createReadStream, createWriteStream, renameSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { TunnelError } from "@culvert/protocol";
import { z } from "zod";

/** What a backup begins with. */
export const backupHeadSchema = z.object({
  type: z.literal("culvert-backup"),
  version: z.literal(1),
  createdAt: z.number(),
  /** Names of the migrations that its tables have been through. */
  migrations: z.array(z.string()),
  /** Left out unless asked for: with them and the rows, tokens can be signed. */
  keys: z.object({ signingKey: z.string(), cookieSecret: z.string() }).optional(),
});
export type BackupHead = z.infer<typeof backupHeadSchema>;

/** A row of a table, under the column names of the database. */
export interface BackupRow {
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** Writes a file that its owner alone may read; whole, or not at all. Gives the number of rows. */
export async function writeBackup(path: string, head: BackupHead, rows: AsyncIterable<BackupRow>): Promise<number> {
  const unfinished = `${path}.unfinished`;
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    yield `${JSON.stringify(head)}\n`;
    for await (const row of rows) {
      count += 1;
      yield `${JSON.stringify(row)}\n`;
    }
    yield `${JSON.stringify({ type: "end", rows: count })}\n`;
  }
  try {
    await pipeline(Readable.from(lines()), createGzip(), createWriteStream(unfinished, { mode: 0o600, flush: true }));
    chmodSync(unfinished, 0o600);
    renameSync(unfinished, path);
    return count;
  } catch (thrown) {
    rmSync(unfinished, { force: true });
    throw thrown;
  }
}

/** Reads a file: its head, then its rows. Throws `invalid-request` where it is no backup or not whole. */
export async function readBackup(path: string): Promise<{ head: BackupHead; rows: AsyncGenerator<BackupRow> }> {
  const lines = linesOf(path);
  const first = await lines.next();
  const head = first.done ? undefined : backupHeadSchema.safeParse(parse(first.value));
  if (head === undefined || !head.success) throw noBackup(path);
  return { head: head.data, rows: rowsOf(path, lines) };
}

async function* rowsOf(path: string, lines: AsyncGenerator<string>): AsyncGenerator<BackupRow> {
  let count = 0;
  for await (const line of lines) {
    const value = parse(line);
    if (value !== undefined && "type" in value && value.type === "end" && "rows" in value && value.rows === count)
      return;
    if (value === undefined || !("table" in value)) break;
    count += 1;
    yield value as BackupRow;
  }
  throw new TunnelError("invalid-request", `${path} is cut short: ${count} rows came and no end.`, {
    hint: "Take another copy of the backup.",
  });
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const source = createReadStream(path);
  const unzipped = createGunzip();
  const piped = pipeline(source, unzipped).catch(() => undefined);
  try {
    yield* createInterface({ input: unzipped });
  } catch {
    // A fault of reading or unzipping ends the lines; what is missing then says so.
  }
  await piped;
}

function parse(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function noBackup(path: string): TunnelError {
  return new TunnelError("invalid-request", `${path} is no backup of Culvert.`, {
    hint: "Name a file that `culvert-signaling backup` has written.",
  });
}
