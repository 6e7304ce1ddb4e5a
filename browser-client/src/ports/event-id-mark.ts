/**
 * The mark of an event source that the shim opens anew: a fragment with the id of the last event that it saw, which no
 * page and no app gets to see. The worker that knew the id is gone by then.
 */
const mark = "#culvert-event-id=";

/** An address without fragment, marked. */
export function addEventIdMark(address: string, id: string): string {
  return address + mark + encodeURIComponent(id);
}

/** The id of the mark; undefined where there is none, `""` where no event had one. */
export function readEventIdMark(address: string): string | undefined {
  const at = address.indexOf(mark);
  if (at < 0) return undefined;
  try {
    return decodeURIComponent(address.slice(at + mark.length));
  } catch {
    return undefined;
  }
}
