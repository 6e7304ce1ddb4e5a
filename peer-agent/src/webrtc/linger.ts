/** Lets a channel's last messages leave before it is closed: neither library flushes when a connection closes. */

const pollMs = 20;
const drainMs = 500;
const flightMs = 100;

/** Resolves when the queue is empty and its last bytes had time to arrive, in any case within 600 ms. */
export async function linger(bufferedBytes: () => number): Promise<void> {
  for (let waitedMs = 0; waitedMs < drainMs && bufferedBytes() > 0; waitedMs += pollMs) await pause(pollMs);
  await pause(flightMs);
}

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
