/**
 * Notices what a page's paths may not have outlived: it is looked at again, came back from the cache, or the machine has
 * another network. Invariant: after `stop` it tells nothing.
 */

/** Where the events come from; the browser's own by default. */
export interface WakeSources {
  readonly document: EventTarget & { readonly visibilityState: DocumentVisibilityState };
  readonly window: EventTarget;
  /** Network Information API; undefined in browsers without it. */
  readonly connection: EventTarget | undefined;
}

/** Calls `onWake` whenever paths should prove that they live. Returns what stops it. */
export function watchWaking(onWake: () => void, sources: WakeSources = browserSources()): () => void {
  const onVisible = (): void => {
    if (sources.document.visibilityState === "visible") onWake();
  };
  const places: readonly (readonly [EventTarget | undefined, string, () => void])[] = [
    [sources.document, "visibilitychange", onVisible],
    // Page Lifecycle: Chromium freezes hidden tabs.
    [sources.document, "resume", onWake],
    [sources.window, "pageshow", onWake],
    [sources.connection, "change", onWake],
  ];
  for (const [target, name, listener] of places) target?.addEventListener(name, listener);
  return () => {
    for (const [target, name, listener] of places) target?.removeEventListener(name, listener);
  };
}

function browserSources(): WakeSources {
  const { connection } = navigator as Navigator & { readonly connection?: EventTarget };
  return { document, window, connection };
}
