/** How high the drawer is: kept in this browser, within what leaves the app its place. Pure but for the storage. */

const storageKey = "culvert.inspector-height";
const leastPx = 160;
const usualPx = 320;
/** Of the window: the app keeps the rest. */
const mostShare = 0.8;

/** A height that fits a window. */
export function fittingHeight(wantedPx: number, windowPx: number): number {
  return Math.round(Math.max(leastPx, Math.min(wantedPx, windowPx * mostShare)));
}

/** The least and the most of a window. */
export function heightBounds(windowPx: number): { readonly leastPx: number; readonly mostPx: number } {
  return { leastPx, mostPx: Math.max(leastPx, Math.round(windowPx * mostShare)) };
}

/** As it was left; on a phone more of the window. */
export function keptHeight(storage: Pick<Storage, "getItem">, windowPx: number, isNarrow: boolean): number {
  const kept = Number(storage.getItem(storageKey) ?? Number.NaN);
  const usual = isNarrow ? windowPx * 0.6 : usualPx;
  return fittingHeight(Number.isFinite(kept) && kept > 0 ? kept : usual, windowPx);
}

export function keepHeight(storage: Pick<Storage, "setItem">, heightPx: number): void {
  storage.setItem(storageKey, String(heightPx));
}
