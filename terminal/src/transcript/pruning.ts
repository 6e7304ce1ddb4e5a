/** Which parts of a transcript go: too old ones, and the oldest until the rest fits. Pure. */

/** A part as it is on disk. */
export interface KeptPart {
  readonly name: string;
  readonly sizeBytes: number;
  /** When it was last written. */
  readonly modifiedMs: number;
}

export interface PruningRules {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  readonly nowMs: number;
}

/**
 * Names to remove, oldest first. `parts` are in the order of the transcript; the last one is being written and stays,
 * and what stays has no hole: a part goes only after all before it.
 */
export function partsToRemove(parts: readonly KeptPart[], rules: PruningRules): readonly string[] {
  let totalBytes = parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const removed: string[] = [];
  for (const { name, sizeBytes, modifiedMs } of parts.slice(0, -1)) {
    const isOld = rules.nowMs - modifiedMs > rules.maxAgeMs;
    if (!isOld && totalBytes <= rules.maxBytes) break;
    removed.push(name);
    totalBytes -= sizeBytes;
  }
  return removed;
}
