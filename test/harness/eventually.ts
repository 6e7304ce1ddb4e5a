/** Waiting for what becomes true by itself: asked again and again, with room for slow machines. */
import { expect } from "vitest";

const defaultMs = 30_000;

/** An expectation of what `read` gives sooner or later: `await eventually(() => count).toBe(3)`. */
export function eventually<Value>(
  read: () => Value | Promise<Value>,
  timeoutMs = defaultMs,
): ReturnType<typeof expect.poll<Value>> {
  return expect.poll(read, { timeout: timeoutMs });
}
