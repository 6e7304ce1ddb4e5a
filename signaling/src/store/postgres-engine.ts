/**
 * The grown engine: PostgreSQL behind a pool. Invariant: a database that is out of reach shows as one fault in words,
 * within `queryTimeoutMs`, and a connection that failed so is never used again.
 */
import { TunnelError } from "@culvert/protocol";
import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from "kysely";
import pg from "pg";
import type { Engine } from "./engine.ts";

/** How to reach a database. `queryTimeoutMs`: 0 for work that may take its time. */
export interface PostgresOptions {
  readonly databaseUrl: string;
  readonly queryTimeoutMs: number;
}

/** Connections of one node. */
const poolSize = 10;
/** For a new connection, and for a free one of the pool. */
const connectMs = 10_000;
/** One number for all of Culvert: advisory locks are per database. */
const exclusiveLock = 0x63_75_6c_76;

/** PostgreSQL's int8 (oid 20) as number: times in ms and counts stay far below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    // biome-ignore lint/suspicious/noExplicitAny: the signature of pg's own types
    oid === 20 ? Number : (pg.types.getTypeParser as any)(oid, format),
};

/** The engine of a database. Nothing is connected yet; throws `invalid-request` for an address that is none. */
export function openPostgres({ databaseUrl, queryTimeoutMs }: PostgresOptions): Engine {
  if (!/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new TunnelError("invalid-request", "The database's address does not begin with postgres://.", {
      hint: "Write it as in postgres://user:password@host:5432/culvert",
    });
  }
  let fault: TunnelError | undefined;
  const pool = new pg.Pool({
    ...{ connectionString: databaseUrl, max: poolSize, connectionTimeoutMillis: connectMs, keepAlive: true, types },
    ...(queryTimeoutMs > 0 ? { query_timeout: queryTimeoutMs } : {}),
    application_name: "culvert",
  });
  // A connection that breaks while nobody asks anything is replaced; the next query says what is wrong.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  const guarded = new GuardedPool(pool, (seen) => {
    fault = seen;
  });
  return {
    name: "postgres",
    dialect: new PostgresDialect({ pool: guarded }),
    fault: () => fault,
    exclusively: (work) => exclusively(databaseUrl, work),
    close: async () => undefined,
  };
}

/** A pool that words what it cannot reach. */
class GuardedPool implements PostgresPool {
  readonly #pool: pg.Pool;
  readonly #onOutcome: (fault: TunnelError | undefined) => void;

  constructor(pool: pg.Pool, onOutcome: (fault: TunnelError | undefined) => void) {
    this.#pool = pool;
    this.#onOutcome = onOutcome;
  }

  get options(): object {
    return this.#pool.options;
  }

  async connect(): Promise<PostgresPoolClient> {
    const client = await this.#pool.connect().catch((thrown: unknown) => {
      throw this.#seen(thrown);
    });
    let isBroken = false;
    const query = async (text: string, parameters: readonly unknown[]) => {
      try {
        const result = await client.query(text, [...parameters]);
        this.#onOutcome(undefined);
        return result;
      } catch (thrown) {
        const seen = this.#seen(thrown);
        isBroken ||= seen !== thrown;
        throw seen;
      }
    };
    return {
      query: query as unknown as PostgresPoolClient["query"],
      release: (destroy) => client.release(destroy === true || isBroken),
    };
  }

  end(): Promise<void> {
    return this.#pool.end();
  }

  #seen(thrown: unknown): unknown {
    if (!isOutOfReach(thrown)) return thrown;
    const fault = databaseFault(thrown);
    this.#onOutcome(fault);
    return fault;
  }
}

/** What is said while the database is out of reach. */
function databaseFault(cause: unknown): TunnelError {
  return new TunnelError("unavailable", "The database of this server does not answer, so nothing new can be opened.", {
    cause,
  });
}

/**
 * True for faults of the connection rather than of a query: the operating system's, PostgreSQL's classes 08 (connection),
 * 53 (resources) and 57P (shutdown), and pg's own words where it has no code.
 * https://www.postgresql.org/docs/15/errcodes-appendix.html
 */
function isOutOfReach(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const code = "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined;
  if (code !== undefined) return /^(E[A-Z_]+|08...|53...|57P..|28...|3D000)$/.test(code);
  return thrown instanceof AggregateError || /connection|timeout|not queryable|read timeout/i.test(thrown.message);
}

/** Holds one advisory lock, on a connection of its own that may wait as long as another node works. */
async function exclusively<Result>(databaseUrl: string, work: () => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: connectMs });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select pg_advisory_lock($1)", [exclusiveLock]);
  } catch (thrown) {
    await client.end().catch(() => undefined);
    throw databaseFault(thrown);
  }
  try {
    return await work();
  } finally {
    // Ending the connection gives the lock back.
    await client.end().catch(() => undefined);
  }
}
