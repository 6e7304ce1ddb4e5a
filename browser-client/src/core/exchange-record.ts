/**
 * One request on its way into the log: told what happens to it, it keeps its line and its heads.
 * Invariant: nothing it is told changes what passes, and after `end` nothing changes it.
 */
import type { Code, TunnelError } from "@culvert/protocol";
import type { HeaderList } from "@culvert/protocol/http";
import type { InspectedRequest } from "../inspector-api.ts";
import { EventReader } from "./event-reader.ts";
import type { KeptExchange, PassedFrame } from "./kept-exchange.ts";
import { rowText } from "./row-text.ts";

/** A line that is still written. */
export type ExchangeRow = { -readonly [Name in keyof InspectedRequest]: InspectedRequest[Name] };

/** What a record wants of its log. */
export interface RecordHost {
  nowMs(): number;
  /** Somebody looked, now or before: messages and events are worth their memory. */
  readonly isWatched: boolean;
  readonly keepsBodies: boolean;
  /** The line changed; `grownBytes`: so much more is kept. */
  onChange(record: ExchangeRecord, grownBytes: number): void;
  onEnd(record: ExchangeRecord): void;
}

/** An answer's head. */
export interface RecordedAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly targetMs?: number | undefined;
}

/** One request. */
export class ExchangeRecord {
  readonly row: ExchangeRow;
  /** Undefined once it was forgotten. */
  kept: KeptExchange | undefined;
  readonly #host: RecordHost;
  readonly #startedMs: number;
  #events: EventReader | undefined;

  constructor(row: ExchangeRow, kept: KeptExchange, host: RecordHost) {
    this.row = row;
    this.kept = kept;
    this.#host = host;
    this.#startedMs = host.nowMs();
  }

  get id(): number {
    return this.row.id;
  }

  /** It goes out; again where an app wanted to know first who asks. */
  sent(headers: HeaderList, hasBody: boolean): void {
    this.row.queueMs ??= this.#elapsedMs();
    this.#keep((kept) => kept.sent(headers, hasBody));
  }

  /** The head that the page gets. */
  answered({ status, headers, targetMs }: RecordedAnswer): void {
    const { row } = this;
    const typeOf = (name: string) => headers.find(([it]) => it.toLowerCase() === name)?.[1] ?? "";
    row.status = status;
    row.headMs = this.#elapsedMs();
    row.targetMs = targetMs ?? null;
    row.contentType = rowText(typeOf("content-type").split(";", 1)[0]?.trim().toLowerCase() ?? "");
    if (row.contentType === "text/event-stream") row.kind = "events";
    // Compressed events would have to be decompressed as they come: they are shown as a body.
    if (row.kind === "events" && typeOf("content-encoding") === "") {
      this.#events = new EventReader((event) => this.#frame({ ...event, direction: "received", type: "event" }));
    }
    this.#keep((kept) => kept.answered(headers));
  }

  /** There is no answer, or not all of it. The first word counts. */
  failed({ code, message, hint }: Pick<TunnelError, "message" | "hint"> & { readonly code: Code }): void {
    if (this.row.code !== null || this.row.totalMs !== null) return;
    Object.assign(this.row, { code, message: rowText(message), hint: rowText(hint) });
    this.#host.onChange(this, 0);
  }

  requestBytes(bytes: Uint8Array): void {
    this.row.requestBytes += bytes.length;
    this.#keep((kept) => kept.pass("request", bytes, this.#host.keepsBodies));
  }

  /** The request's body is complete. */
  requestEnded(): void {
    this.#keep((kept) => kept.requestBody.end());
  }

  answerBytes(bytes: Uint8Array): void {
    this.row.answerBytes += bytes.length;
    if (this.#host.isWatched) this.#events?.take(bytes);
    this.#keep((kept) => kept.pass("answer", bytes, this.#host.keepsBodies));
  }

  /** The answer's body is complete. */
  answerEnded(): void {
    this.#keep((kept) => kept.answerBody.end());
  }

  /** A message of a WebSocket; its bytes are counted, and it is kept where somebody looks. */
  message(frame: PassedFrame): void {
    if (frame.direction === "sent") this.row.requestBytes += frame.sizeBytes;
    else this.row.answerBytes += frame.sizeBytes;
    this.#frame(frame);
  }

  /** Nothing more comes. Idempotent. */
  end(): void {
    if (this.row.totalMs !== null) return;
    this.row.totalMs = this.#elapsedMs();
    this.#events = undefined;
    this.#host.onChange(this, 0);
    this.#host.onEnd(this);
  }

  #frame(frame: PassedFrame): void {
    if (!this.#host.isWatched) {
      this.#host.onChange(this, 0);
      return;
    }
    this.row.frames += 1;
    this.#keep((kept) => kept.frame(frame, this.#elapsedMs(), this.#host.keepsBodies));
  }

  #keep(change: (kept: KeptExchange) => void): void {
    if (this.row.totalMs !== null) return;
    const before = this.kept?.sizeBytes ?? 0;
    if (this.kept !== undefined) change(this.kept);
    this.#host.onChange(this, (this.kept?.sizeBytes ?? 0) - before);
  }

  /** Tenths of a ms are more than a person reads. */
  #elapsedMs(): number {
    return Math.round((this.#host.nowMs() - this.#startedMs) * 10) / 10;
  }
}
