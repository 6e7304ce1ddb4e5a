/**
 * The request body of an exchange on its way from the service worker to the agent.
 * Invariant: at most the granted bytes are held, and a small body once more, in case it must be sent again; more is granted as
 * the agent's window takes them.
 */
import type { Clock } from "@culvert/protocol/endpoint";
import type { SentRequest } from "@culvert/protocol/http";
import { type HttpToServiceWorker, initialCreditBytes } from "../ports/http-port.ts";
import type { UploadProgress } from "./upload-progress.ts";

/** What the upload says to the service worker. */
type UploadMessage = Extract<HttpToServiceWorker, { type: "credit" | "uploaded" }>;

/** Bodies up to this size can be sent again, once the app knows who asks. */
const keptBytes = 256 * 1024;
/** Between two looks at what the agent has acknowledged: often enough for a progress bar. */
const progressMs = 100;

/** Takes chunks before and after the stream is there. */
export class HttpUpload {
  readonly #clock: Clock;
  readonly #post: (message: UploadMessage) => void;
  readonly #early: Uint8Array[] = [];
  /** The whole body so far, while it is small. */
  #kept: Uint8Array[] | undefined = [];
  #sent: SentRequest | undefined;
  #progress: UploadProgress | undefined;
  #limit = initialCreditBytes;
  #receivedBytes = 0;
  #writtenBytes = 0;
  #reportedBytes = 0;
  #ended = false;
  #closed = false;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, post: (message: UploadMessage) => void) {
    this.#clock = clock;
    this.#post = post;
  }

  /** The stream is there, or with `canRepeat` another one. */
  start(sent: SentRequest, progress: UploadProgress): void {
    const bodies = this.#sent === undefined ? this.#early.splice(0) : (this.#kept ?? []);
    this.#cancelTimer?.();
    this.#sent = sent;
    this.#progress = progress;
    for (const bytes of bodies) this.#write(bytes);
    if (this.#ended) this.#end();
    this.#report();
  }

  /** Takes a chunk; false where it goes beyond what was granted or comes after the end. */
  take(bytes: Uint8Array): boolean {
    this.#receivedBytes += bytes.length;
    if (this.#ended || this.#receivedBytes > this.#limit) return false;
    if (this.#receivedBytes > keptBytes) this.#kept = undefined;
    this.#kept?.push(bytes);
    if (this.#sent === undefined) this.#early.push(bytes);
    else this.#write(bytes);
    return true;
  }

  /** The body is complete. */
  end(): void {
    this.#ended = true;
    this.#end();
  }

  /** True where the whole body was handed to the stream. */
  get isComplete(): boolean {
    return this.#ended;
  }

  /** True where the whole body is here to be sent again. */
  get canRepeat(): boolean {
    return this.#ended && this.#kept !== undefined;
  }

  /** The exchange is over. */
  close(): void {
    this.#closed = true;
    this.#cancelTimer?.();
    this.#early.length = 0;
    this.#kept = undefined;
  }

  #write(bytes: Uint8Array): void {
    const taken = this.#sent?.writeBody(bytes);
    this.#progress?.bodyWritten(bytes.length);
    taken?.then(
      () => {
        this.#writtenBytes += bytes.length;
        this.#grant();
      },
      // The agent wants no more of it (an early answer, say) or is gone: reading the answer tells which.
      () => {},
    );
  }

  #end(): void {
    this.#sent?.endBody().catch(() => {});
  }

  #grant(): void {
    if (this.#closed || this.#ended || this.#limit - this.#writtenBytes > initialCreditBytes / 2) return;
    this.#limit = this.#writtenBytes + initialCreditBytes;
    this.#post({ type: "credit", limit: this.#limit });
  }

  #report(): void {
    if (this.#closed || this.#progress === undefined) return;
    const bytes = this.#progress.acknowledgedBytes();
    if (bytes > this.#reportedBytes) {
      this.#reportedBytes = bytes;
      this.#post({ type: "uploaded", bytes });
    }
    if (this.#ended && this.#progress.complete) return;
    this.#cancelTimer = this.#clock.setTimer(progressMs, () => this.#report());
  }
}
