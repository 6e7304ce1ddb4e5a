/**
 * Notices that the core at the other end of a page's or worker's port has gone: by its last word, or by its silence. Not
 * every browser tells that a port was closed, and none tells it surely of a tab that crashed.
 * Invariant: a core is gone once.
 */
import type { CoreToPage } from "../ports/page-port.ts";

const tickMs = 15_000;
/** Counted in ticks and not in time, so that a machine's sleep and a background tab's slow timers are no silence. */
const silentTicks = 4;

/** Watches a port from now on, and asks the core on it for signs of life. Gives what is to hear each message of the core. */
export function watchPort(port: Pick<MessagePort, "postMessage">, onGone: () => void): (message: CoreToPage) => void {
  let silence = 0;
  const gone = (): void => {
    clearInterval(timer);
    onGone();
  };
  const timer = setInterval(() => {
    silence += 1;
    if (silence > silentTicks) gone();
    else port.postMessage({ type: "ping" });
  }, tickMs);
  return ({ type }) => {
    silence = 0;
    if (type === "gone") gone();
  };
}
