/** Lets what is under way finish: tunnels open nothing new and close themselves after their last stream. */
import type { AgentTunnel, Clock } from "@culvert/protocol/endpoint";

/** Resolves when all of them are over, or after `graceMs`, whichever is first. */
export async function drainTunnels(tunnels: readonly AgentTunnel[], clock: Clock, graceMs: number): Promise<void> {
  if (graceMs <= 0) return;
  let cancel = (): void => {};
  const late = new Promise<void>((resolve) => {
    cancel = clock.setTimer(graceMs, resolve);
  });
  await Promise.race([Promise.all(tunnels.map(drained)), late]);
  cancel();
}

function drained(tunnel: AgentTunnel): Promise<void> {
  return new Promise((resolve) => {
    tunnel.onEvent(({ type }) => type === "closed" && resolve());
    tunnel.drain();
    if (tunnel.state === "closed") resolve();
  });
}
