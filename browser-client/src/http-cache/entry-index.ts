/**
 * The table of stored answers as requests use it. Invariants: an address that the table does not have is known without asking
 * the database; changes are seen at once and written together a moment later, so that a page that loads does not wait for
 * sixty transactions. A worker that is stopped before loses some of them: a body without its entry is as good as none, and
 * an entry whose body was put away or replaced does not fit what lies there.
 */
import type { CacheEntry } from "./cache-entry.ts";
import type { EntryChange, EntryTable, EntryUse } from "./entry-table.ts";

/** Changes are gathered for so long. */
const gatherMs = 500;

type Row = { readonly entry: CacheEntry; readonly use: EntryUse };

/** What an index is made of. */
export interface EntryIndexParts {
  readonly table: Pick<EntryTable, "urls" | "get" | "write" | "uses" | "clear">;
  delay(ms: number): Promise<void>;
}

/** Calls reject where the database gives nothing, or where changes made before could not be written. */
export class EntryIndex {
  readonly #parts: EntryIndexParts;
  #known: Promise<Set<string>> | undefined;
  /** What is not written yet, by address. */
  #changes = new Map<string, EntryChange>();
  #writing: Promise<void> | undefined;
  #fault: { readonly cause: unknown } | undefined;

  constructor(parts: EntryIndexParts) {
    this.#parts = parts;
  }

  async get(url: string): Promise<Row | undefined> {
    const known = await this.#urls();
    if (!known.has(url)) return undefined;
    const change = this.#changes.get(url);
    if (change?.type === "put") return { entry: change.entry, use: change.use };
    return this.#parts.table.get(url);
  }

  async put(entry: CacheEntry, usedAtMs: number): Promise<void> {
    const { url, sizeBytes } = entry;
    await this.#change({ type: "put", entry, use: { url, sizeBytes, usedAtMs } });
  }

  async touch(use: EntryUse): Promise<void> {
    const change = this.#changes.get(use.url);
    if (change?.type === "delete") return;
    await this.#change(change?.type === "put" ? { ...change, use } : { type: "touch", use });
  }

  async delete(urls: readonly string[]): Promise<void> {
    const known = await this.#urls();
    for (const url of urls) if (known.has(url)) await this.#change({ type: "delete", url });
  }

  async uses(): Promise<readonly EntryUse[]> {
    await this.#write();
    return this.#parts.table.uses();
  }

  async clear(): Promise<void> {
    this.#changes.clear();
    this.#known = Promise.resolve(new Set());
    await this.#writing?.catch(() => undefined);
    await this.#parts.table.clear();
  }

  #urls(): Promise<Set<string>> {
    this.#known ??= this.#parts.table.urls().then((urls) => new Set(urls));
    this.#known.catch(() => {
      this.#known = undefined;
    });
    return this.#known;
  }

  async #change(change: EntryChange): Promise<void> {
    // What an app took back goes whatever became of the changes before.
    if (change.type !== "delete") this.#throwFault();
    const known = await this.#urls();
    const url = urlOf(change);
    if (change.type === "delete") known.delete(url);
    else known.add(url);
    const isFirst = this.#changes.size === 0;
    this.#changes.set(url, change);
    if (isFirst) void this.#parts.delay(gatherMs).then(() => this.#write().catch(() => undefined));
  }

  #throwFault(): void {
    const fault = this.#fault;
    this.#fault = undefined;
    if (fault !== undefined) throw fault.cause;
  }

  /** Writes what has gathered; one transaction at a time. */
  async #write(): Promise<void> {
    await this.#writing?.catch(() => undefined);
    if (this.#changes.size === 0) return;
    const changes = this.#changes;
    this.#changes = new Map();
    this.#writing = this.#parts.table.write([...changes.values()]);
    try {
      await this.#writing;
    } catch (cause) {
      this.#fault = { cause };
      // What the table has now is to be seen.
      this.#known = undefined;
      throw cause;
    }
  }
}

function urlOf(change: EntryChange): string {
  switch (change.type) {
    case "put":
      return change.entry.url;
    case "touch":
      return change.use.url;
    case "delete":
      return change.url;
  }
}
