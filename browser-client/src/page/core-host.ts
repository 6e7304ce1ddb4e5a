/** Where the core runs: in a worker of its own where data channels can be transferred, else in the page. */
import type { PageToViewerCore, ViewerCoreToPage } from "../core/core-messages.ts";
import { canTransferChannels } from "../webrtc/channel-transfer.ts";

/** A running core. */
export interface CoreHost {
  /** Ports and channels in the message go along. */
  send(message: PageToViewerCore): void;
  /** Ends the core; what it had not sent is lost. */
  end(): void;
}

/** What a core tells its host. */
export interface CoreHostEvents {
  onMessage(message: ViewerCoreToPage): void;
  /** The core's script could not be loaded or run. */
  onBroken(message: string): void;
}

/** Starts a core. */
export function startCore(events: CoreHostEvents): CoreHost {
  return canTransferChannels() ? startWorkerCore(events) : startPageCore(events);
}

/** A closed tunnel says so to the agent before its worker ends. */
const lastWordsMs = 300;

function startWorkerCore(events: CoreHostEvents): CoreHost {
  const worker = new Worker(new URL("../core/worker.ts", import.meta.url), { type: "module", name: "culvert-core" });
  worker.onmessage = ({ data }: MessageEvent<ViewerCoreToPage>) => {
    // It runs: a later fault is one of an exchange, not of the core.
    worker.onerror = null;
    events.onMessage(data);
  };
  worker.onerror = ({ message }) => events.onBroken(message ?? "its script could not be loaded");
  return {
    send: (message) => worker.postMessage(message, transferables(message)),
    end: () => void setTimeout(() => worker.terminate(), lastWordsMs),
  };
}

function startPageCore(events: CoreHostEvents): CoreHost {
  const core = import("../core/page-core.ts").then(({ ViewerCore }) => new ViewerCore(events.onMessage));
  core.catch((fault: unknown) => events.onBroken(String(fault)));
  return {
    send: (message) => void core.then((running) => running.receive(message)),
    end: () => {},
  };
}

function transferables(message: PageToViewerCore): Transferable[] {
  if (message.type === "worker-port") return [message.port];
  // The DOM library does not know yet that channels can be transferred.
  if (message.type === "peer-channel") return [message.channel as unknown as Transferable];
  return [];
}
