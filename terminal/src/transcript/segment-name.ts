/** Names of a transcript's files: the offset of the first byte, and whether the file is compressed. Pure. */

/** One file of a transcript. */
export interface Segment {
  /** Offset of its first byte in the transcript. */
  readonly start: number;
  readonly isCompressed: boolean;
}

const pattern = /^(\d{16})\.log(\.gz)?$/;

/** The file's name; names sort as offsets do. */
export function segmentName({ start, isCompressed }: Segment): string {
  return `${String(start).padStart(16, "0")}.log${isCompressed ? ".gz" : ""}`;
}

/**
 * The segments among these file names, by offset. Where a file is there plainly and compressed, the plain one counts: it
 * is whole, as it is removed last.
 */
export function segmentsIn(names: readonly string[]): readonly Segment[] {
  const byStart = new Map<number, Segment>();
  for (const name of names) {
    const match = pattern.exec(name);
    if (match === null) continue;
    const segment = { start: Number(match[1]), isCompressed: match[2] !== undefined };
    if (byStart.get(segment.start)?.isCompressed !== false) byStart.set(segment.start, segment);
  }
  return [...byStart.values()].sort((left, right) => left.start - right.start);
}

/** The segment that holds this offset or ends at it: the last that begins at or before it. */
export function segmentAt(segments: readonly Segment[], offset: number): Segment | undefined {
  return segments.findLast(({ start }) => start <= offset);
}
