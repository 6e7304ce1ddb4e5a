/** What answers are made from: one event's request, and the worker around it. */
import type { HttpCache } from "../http-cache/http-cache.ts";
import type { LivingCore } from "./core-registry.ts";
import type { EventSourceIds } from "./event-source-ids.ts";
import type { Head } from "./http-exchange.ts";
import type { WorkerSettings } from "./worker-settings.ts";

/** A core that does not come within is none. */
export const portWaitMs = 15_000;
/** The worker around the answer. */
export interface Surroundings {
  readonly settings: WorkerSettings;
  readonly appOrigin: string;
  readonly eventSourceIds: EventSourceIds;
  readonly cache: HttpCache;
  whenReady(signal: AbortSignal): Promise<LivingCore | undefined>;
  /** True while some courier, and so some App View page of this service, is open. */
  hasCourier(): Promise<boolean>;
  /** Tells the document of a tagged upload how far it is. */
  tellUploaded(clientId: string, uploadId: string, bytes: number): void;
  /** Clears what the answer asks to clear. */
  clearSiteData(head: Head): Promise<void>;
  /** True where a core of that boot id lives. */
  isCore(bootId: string): boolean;
  /** Calls back when the page gives a request up, which is known by a key; gives what ends the watch. */
  whenGivenUp(key: string | undefined, onGivenUp: () => void): () => void;
  /** Resolves when the client of a request is gone. */
  whenGone(clientId: string, signal: AbortSignal): Promise<void>;
}

/** One event's request; `clientId` is `""` for navigations. */
export interface AnswerRequest {
  readonly request: Request;
  readonly clientId: string;
  /** True for the script that a worker is started from. */
  readonly isWorkerStart: boolean;
}
