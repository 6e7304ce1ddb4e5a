/**
 * The mark of an event source that the shim opens anew: a fragment with the id of the last event that it saw, which no
 * page and no app gets to see. The worker that knew the id is gone by then.
 */
const mark = "#culvert-last-event-id=";

/** An address with the mark in place of a fragment; without an id it stays as it is. */
export function addEventIdMark(address: string, id: string): string {
  return id === "" ? address : `${address.split("#", 1)[0]}${mark}${encodeURIComponent(id)}`;
}

/** The id of the mark; undefined where there is none. */
export function readEventIdMark(address: string): string | undefined {
  const at = address.indexOf(mark);
  if (at < 0) return undefined;
  try {
    return decodeURIComponent(address.slice(at + mark.length));
  } catch {
    return undefined;
  }
}
