/** Rows of a backup into tables, whichever engine wrote them and whichever reads them. */
import { TunnelError } from "@culvert/protocol";
import { type Kysely, sql } from "kysely";
import type { Store } from "../store/index.ts";
import type { BackupRow } from "./backup-file.ts";

const batchRows = 100;

/** Inserts them; gives how many. Throws `version-unsupported` for a table or column that there is not. */
export async function insertRows(
  transaction: Kysely<unknown>,
  engine: Store["engine"],
  rows: AsyncIterable<BackupRow>,
): Promise<number> {
  const tables = await transaction.introspection.getTables();
  const columns = new Map(
    tables.map(({ name, columns: all }) => [name, new Map(all.map((column) => [column.name, column.dataType]))]),
  );
  let [count, batch]: [number, BackupRow[]] = [0, []];
  const flush = async (): Promise<void> => {
    const [first] = batch;
    if (first === undefined) return;
    const types = columns.get(first.table);
    const names = Object.keys(first.row);
    const unknown = types === undefined ? first.table : names.find((name) => !types.has(name));
    if (types === undefined || unknown !== undefined) throw unknownPlace(first.table, unknown ?? "");
    const values = batch.map(
      ({ row }) => sql`(${sql.join(names.map((name) => valueFor(row[name], types.get(name) ?? "", engine)))})`,
    );
    const into = sql`insert into ${sql.table(first.table)} (${sql.join(names.map((name) => sql.ref(name)))})`;
    await sql`${into} values ${sql.join(values)}`.execute(transaction);
    count += batch.length;
    batch = [];
  };
  for await (const row of rows) {
    const [first] = batch;
    if (batch.length >= batchRows || (first !== undefined && !isAlike(first, row))) await flush();
    batch.push(row);
  }
  await flush();
  return count;
}

function isAlike(left: BackupRow, right: BackupRow): boolean {
  return left.table === right.table && Object.keys(left.row).join() === Object.keys(right.row).join();
}

/** SQLite holds no booleans, and PostgreSQL takes no numbers for them; times are ISO 8601 in a backup. */
function valueFor(value: unknown, dataType: string, engine: Store["engine"]): unknown {
  if (engine === "sqlite") return typeof value === "boolean" ? Number(value) : value;
  return /^bool/i.test(dataType) && typeof value === "number" ? value !== 0 : value;
}

function unknownPlace(table: string, place: string): TunnelError {
  return new TunnelError(
    "version-unsupported",
    `This backup has ${table} ${place}, which this Culvert does not know.`,
    {
      hint: "Update this Culvert, then restore again.",
    },
  );
}
