/**
 * Clear-Site-Data, emulated: the real one would end the worker that answers (www.w3.org/TR/clear-site-data). Invariant:
 * what is ours on an app's origin stays.
 */

/** What a header asks to clear. */
export interface Clearing {
  readonly cookies: boolean;
  readonly storage: boolean;
  readonly cache: boolean;
}

/** Reads the header's values; undefined where nothing that we hold is to be cleared. */
export function clearingOf(values: readonly string[]): Clearing | undefined {
  const types = values.flatMap((value) => value.split(",")).map((type) => type.trim());
  const has = (type: string) => types.includes(`"${type}"`) || types.includes('"*"');
  const clearing = { cookies: has("cookies"), storage: has("storage"), cache: has("cache") };
  return clearing.cookies || clearing.storage || clearing.cache ? clearing : undefined;
}

/** Names of caches and databases on an app origin that are ours begin so. */
export const ownNamePrefix = "culvert-";
