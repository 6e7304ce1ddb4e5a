/**
 * Parts of the page that load when they are needed. A part that is missing although the server answers means that a
 * newer dashboard was installed under this page: then the page loads anew, once.
 */
import { TunnelError } from "@culvert/protocol";

const storageKey = "culvert.reloaded-at";
const reloadPauseMs = 10_000;

/** What `load` gives; fails with `network` where the part cannot be fetched. */
export async function pagePart<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load();
  } catch (cause) {
    if (await serverAnswers()) await reloadOnce();
    throw new TunnelError("network", "A part of this page could not be loaded.", { cause });
  }
}

async function serverAnswers(): Promise<boolean> {
  const answer = await fetch("/", { method: "HEAD", cache: "no-store" }).catch(() => undefined);
  return answer !== undefined;
}

/** Never resolves where it reloads. */
async function reloadOnce(): Promise<void> {
  const reloadedAt = Number(sessionStorage.getItem(storageKey) ?? 0);
  if (Date.now() - reloadedAt < reloadPauseMs) return;
  sessionStorage.setItem(storageKey, String(Date.now()));
  window.location.reload();
  await new Promise(() => undefined);
}
