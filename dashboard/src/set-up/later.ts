/** Who said "later" to setting up a way to sign in: not asked again in this browser. */

const storageKey = "culvert.set-up-later";

/** The part of Storage that is used. */
export type BrowserStorage = Pick<Storage, "getItem" | "setItem">;

/** Remembers that this member wants it later. */
export function setUpLater(storage: BrowserStorage, memberId: string): void {
  storage.setItem(storageKey, memberId);
}

/** True where this member said so. */
export function wantsSetUpLater(storage: BrowserStorage, memberId: string): boolean {
  return storage.getItem(storageKey) === memberId;
}
