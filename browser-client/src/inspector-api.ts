/**
 * What a page may learn of the requests of its own session, from the core in which they were made. Invariant: values that
 * stand for secrets are masked before they leave the core, and nothing of it is told to anybody but this page.
 */
import type { Code } from "@culvert/protocol";
import type { HeaderList } from "@culvert/protocol/http";

/** One request in the list. Times in ms; what is not known yet, or never will be, is null. */
export interface InspectedRequest {
  /** Counts from 1 in the life of an App View. */
  readonly id: number;
  /** `events`: an answer of type text/event-stream. */
  readonly kind: "http" | "websocket" | "events";
  readonly method: string;
  /** With its query; masked. Long ones are cut, with `…`, as are all texts of a line: the whole path is in the detail. */
  readonly path: string;
  /** As `Request.destination`: `document`, `script`, `image` …; empty for fetch and XHR. */
  readonly destination: string;
  /** Since 1970. */
  readonly atMs: number;
  readonly status: number | null;
  /** In place of an answer, or after it: refused by the policy, canceled, target down … */
  readonly code: Code | null;
  /** The words and the hint of that code: a refusal's name the rule. */
  readonly message: string;
  readonly hint: string;
  /** Without parameters; empty where there is none. */
  readonly contentType: string;
  /** From the page's request until it could be sent. */
  readonly queueMs: number | null;
  /** From the page's request to the head of the answer. */
  readonly headMs: number | null;
  /** What the app itself took for that head, as the agent measured it. */
  readonly targetMs: number | null;
  /** From the page's request to the end. */
  readonly totalMs: number | null;
  /** Body bytes as they passed, compressed where they were. Of a WebSocket: of its messages. */
  readonly requestBytes: number;
  readonly answerBytes: number;
  /** Messages of a WebSocket, both ways, or events of a stream, while the inspector was open. */
  readonly frames: number;
  /** The request that this one repeats. */
  readonly replayOf: number | null;
}

/** What is under way now, and how many requests there were. */
export interface AppFigures {
  readonly requests: number;
  readonly webSockets: number;
  readonly eventStreams: number;
  readonly soFar: number;
}

/** The beginning of a body, decompressed. `text`: masked; null where it is no text. */
export interface InspectedBody {
  readonly text: string | null;
  /** Where it is no text. */
  readonly bytes: Uint8Array | null;
  /** Of the body as it passed. */
  readonly keptBytes: number;
  readonly sizeBytes: number;
  /** It passed to its end; false while it passes, and for good where it was broken off. */
  readonly isEnded: boolean;
}

/** One message of a WebSocket, or one event. */
export interface InspectedFrame {
  /** Counts from 1 for one request. */
  readonly index: number;
  /** From the page's request. */
  readonly afterMs: number;
  readonly direction: "sent" | "received";
  readonly type: "text" | "binary" | "close" | "event";
  readonly sizeBytes: number;
  /** An event's name and id; a close's code. */
  readonly label: string;
  /** Its beginning, masked; null where bodies were not kept, and for binary ones. */
  readonly text: string | null;
}

/** One request in full. */
export interface InspectedDetail {
  readonly id: number;
  /** False where it was so long ago that only its line in the list is left; the rest is empty then. */
  readonly isKept: boolean;
  /** With its query, whole; masked. */
  readonly path: string;
  readonly requestHeaders: HeaderList;
  readonly answerHeaders: HeaderList;
  /** Null where none was kept. */
  readonly requestBody: InspectedBody | null;
  readonly answerBody: InspectedBody | null;
  /** The latest ones. */
  readonly frames: readonly InspectedFrame[];
}

/** What changed since the batch before; the first one holds everything. */
export interface InspectedBatch {
  readonly requests: readonly InspectedRequest[];
  /** Requests before this one are forgotten. */
  readonly oldestId: number;
  readonly keepsBodies: boolean;
  /** Where the app is on its machine, once the agent told. */
  readonly loopbackPort: number | undefined;
}

/** The requests of one App View. */
export interface AppInspector {
  /** Tells all that is known and then what changes, at most ten times a second; returns what ends that. */
  watch(listener: (batch: InspectedBatch) => void): () => void;
  /** Rejects with `closed` after the view's end. */
  detail(id: number): Promise<InspectedDetail>;
  /** Keeps the beginnings of bodies, messages and events from now on; false forgets them. */
  keepBodies(isWanted: boolean): void;
  /** Forgets all requests. */
  clear(): void;
  /** Makes a request again with the headers and the body that it had; resolves with the new one's id as it is sent. */
  replay(id: number): Promise<number>;
}
