/** Waiting for a value outside tests too, where `expect.poll` does not run. */

const everyMs = 20;

/** The first value of `read` that is not undefined. Rejects with `what` where none came within `withinMs`. */
export async function waitUntil<Value>(
  what: string,
  read: () => Promise<Value | undefined> | Value | undefined,
  withinMs: number,
): Promise<Value> {
  const untilMs = Date.now() + withinMs;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (Date.now() > untilMs) throw new Error(`${what} did not come within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
