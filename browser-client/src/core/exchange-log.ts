/**
 * The requests of this App View, in memory alone, for its own page. Invariant: it holds at most as many lines and bytes as
 * its depth says, the newest ones; messages are kept from the first look on, their texts and bodies only where they were
 * asked for.
 */
import type { Clock } from "@culvert/protocol/endpoint";
import { maskedPath } from "@culvert/protocol/http";
import type { AppFigures, InspectedBatch, InspectedRequest } from "../inspector-api.ts";
import { ExchangeRecord, type ExchangeRow, type RecordHost } from "./exchange-record.ts";
import { KeptExchange } from "./kept-exchange.ts";
import { rowText } from "./row-text.ts";

/** How much is held: while nobody has looked yet, and from then on. */
const shallow = { lines: 2_000, bytes: 4 * 1024 * 1024 };
const deep = { lines: 100_000, bytes: 24 * 1024 * 1024 };
/** A person reads no faster; a page draws no more at once. */
const batchMs = 100;
const batchLines = 5_000;
const figuresMs = 500;

/** What is known of a request at first. */
export interface BegunExchange extends Pick<InspectedRequest, "kind" | "method" | "path" | "destination"> {
  readonly replayOf?: number;
}

export interface ExchangeLogOptions {
  readonly clock: Clock;
  /** ms since 1970. */
  wallMs(): number;
  onFigures?(figures: AppFigures): void;
}

/** One App View's. */
export class ExchangeLog {
  readonly #options: ExchangeLogOptions;
  readonly #host: RecordHost;
  readonly #records = new Map<number, ExchangeRecord>();
  readonly #changed = new Set<ExchangeRow>();
  /** Under way, forgotten ones too. */
  readonly #open = new Set<ExchangeRecord>();
  #cancelFigures: (() => void) | undefined;
  #depth = shallow;
  #keptBytes = 0;
  #lastId = 0;
  #keepsBodies = false;
  #watcher: ((batch: Omit<InspectedBatch, "loopbackPort">) => void) | undefined;
  #cancelBatch: (() => void) | undefined;

  constructor(options: ExchangeLogOptions) {
    this.#options = options;
    const log = this;
    this.#host = {
      nowMs: () => options.clock.nowMs(),
      get isWatched() {
        return log.#depth === deep;
      },
      get keepsBodies() {
        return log.#keepsBodies;
      },
      onChange: (record, grownBytes) => this.#onChange(record, grownBytes),
      onEnd: (record) => {
        this.#open.delete(record);
        this.#tellFiguresSoon();
      },
    };
  }

  /** Takes a request in. */
  begin({ kind, method, path, destination, replayOf }: BegunExchange): ExchangeRecord {
    this.#lastId += 1;
    const row: ExchangeRow = {
      ...{ id: this.#lastId, kind, method: rowText(method), path: rowText(maskedPath(path)), destination },
      ...{ atMs: this.#options.wallMs(), status: null, code: null, message: "", hint: "", contentType: "" },
      ...{ queueMs: null, headMs: null, targetMs: null, totalMs: null, requestBytes: 0, answerBytes: 0, frames: 0 },
      replayOf: replayOf ?? null,
    };
    const kept = new KeptExchange(method, path);
    const record = new ExchangeRecord(row, kept, this.#host);
    this.#records.set(row.id, record);
    this.#open.add(record);
    this.#tellFiguresSoon();
    this.#onChange(record, kept.sizeBytes);
    return record;
  }

  find(id: number): ExchangeRecord | undefined {
    return this.#records.get(id);
  }

  /** Holds more from now on, and tells what it holds and what changes. One watcher at a time; undefined ends it. */
  watch(watcher: ((batch: Omit<InspectedBatch, "loopbackPort">) => void) | undefined): void {
    this.#watcher = watcher;
    this.#changed.clear();
    this.#cancelBatch?.();
    this.#cancelBatch = undefined;
    if (watcher === undefined) return;
    this.#depth = deep;
    for (const { row } of this.#records.values()) this.#changed.add(row);
    this.#tellBatch();
  }

  keepBodies(isWanted: boolean): void {
    this.#keepsBodies = isWanted;
    if (!isWanted) {
      for (const { kept } of this.#records.values()) {
        const before = kept?.sizeBytes ?? 0;
        kept?.forgetContents();
        this.#keptBytes -= before - (kept?.sizeBytes ?? 0);
      }
    }
    this.#tellSoon();
  }

  /** Forgets everything. */
  clear(): void {
    // What is still open goes on writing to its record, and keeps nothing there any more.
    for (const record of this.#records.values()) record.kept = undefined;
    this.#records.clear();
    this.#changed.clear();
    this.#keptBytes = 0;
    this.#tellSoon();
  }

  #tellFiguresSoon(): void {
    if (this.#options.onFigures === undefined) return;
    this.#cancelFigures ??= this.#options.clock.setTimer(figuresMs, () => {
      this.#cancelFigures = undefined;
      const kinds = [...this.#open].map(({ row }) => row.kind);
      const count = (wanted: InspectedRequest["kind"]) => kinds.filter((kind) => kind === wanted).length;
      const [requests, webSockets, eventStreams] = [count("http"), count("websocket"), count("events")];
      this.#options.onFigures?.({ requests, webSockets, eventStreams, soFar: this.#lastId });
    });
  }

  #onChange(record: ExchangeRecord, grownBytes: number): void {
    if (this.#records.get(record.id) !== record) return;
    this.#keptBytes += grownBytes;
    if (grownBytes > 0) this.#trim();
    if (this.#watcher === undefined) return;
    this.#changed.add(record.row);
    this.#tellSoon();
  }

  #trim(): void {
    while (this.#records.size > this.#depth.lines) {
      const oldest = this.#records.entries().next().value;
      if (oldest === undefined) return;
      this.#letGo(oldest[1]);
      this.#records.delete(oldest[0]);
      this.#changed.delete(oldest[1].row);
    }
    if (this.#keptBytes <= this.#depth.bytes) return;
    // What still runs is of more interest than what is long over: a stream that was opened first may be the newest to talk.
    for (const isRunningToo of [false, true]) {
      for (const record of this.#records.values()) {
        if (record.id === this.#lastId) break;
        if (record.kept === undefined || (!isRunningToo && record.row.totalMs === null)) continue;
        this.#letGo(record);
        // With room to spare, so that the next bytes need no search.
        if (this.#keptBytes <= this.#depth.bytes * 0.95) return;
      }
    }
  }

  #letGo(record: ExchangeRecord): void {
    this.#keptBytes -= record.kept?.sizeBytes ?? 0;
    record.kept = undefined;
  }

  #tellSoon(): void {
    if (this.#watcher === undefined) return;
    this.#cancelBatch ??= this.#options.clock.setTimer(batchMs, () => this.#tellBatch());
  }

  #tellBatch(): void {
    this.#cancelBatch = undefined;
    const requests: InspectedRequest[] = [];
    for (const row of this.#changed) {
      if (requests.length === batchLines) break;
      this.#changed.delete(row);
      requests.push({ ...row });
    }
    this.#watcher?.({ requests, oldestId: this.#oldestId, keepsBodies: this.#keepsBodies });
    if (this.#changed.size > 0) this.#tellSoon();
  }

  get #oldestId(): number {
    return this.#records.keys().next().value ?? this.#lastId + 1;
  }
}
