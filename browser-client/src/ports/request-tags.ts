/**
 * Headers that the shim sets on requests to the app, for the worker, which takes them off: neither the app's server nor
 * a foreign one may see them.
 */

/** On an upload whose progress the page watches: its id. */
export const uploadTagHeader = "x-culvert-upload";

/** On a big upload whose size the shim knows, so that the worker need not read it first. */
export const bodySizeHeader = "x-culvert-body-size";

/** On a request that its page may give up: the id by which it will say so. */
export const cancelTagHeader = "x-culvert-cancel";

const tags: readonly string[] = [uploadTagHeader, bodySizeHeader, cancelTagHeader];

/** True for a header of ours, by its lower-case name. */
export function isRequestTag(name: string): boolean {
  return tags.includes(name);
}

/** Name of the BroadcastChannel on which pages and their workers tell which of their requests they gave up. */
export const cancelChannel = "culvert-cancel";

/**
 * What is told there. `id`: that of `cancelTagHeader`. `eventSource`: path and query of one that was closed, which can carry
 * no tag.
 */
export type CancelMessage = { readonly id: string } | { readonly eventSource: string };
