/** A document's part of Clear-Site-Data: the courier and every page listen for it. */
import type { Clearing } from "../ports/clear-site-data.ts";
import type { FromWorkerMessage } from "../ports/courier-messages.ts";

/** Clears on the worker's word and says when it is done. `onCleared` is told first. */
export function listenForClearing(container: ServiceWorkerContainer, onCleared: (clearing: Clearing) => void): void {
  container.addEventListener("message", (event: MessageEvent<FromWorkerMessage | undefined>) => {
    if (event.data?.type !== "culvert-clear") return;
    event.stopImmediatePropagation();
    const { clearing } = event.data;
    if (clearing.storage) {
      localStorage.clear();
      sessionStorage.clear();
    }
    onCleared(clearing);
    event.ports[0]?.postMessage("done");
  });
}
