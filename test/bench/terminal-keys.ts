/** Runs inside the page of terminals: functions without closure, since they are sent there as text. */

/**
 * Times of one key after another, ms each: typed over a socket of input, and seen when its echo comes in the output. The
 * session must echo and write nothing else.
 */
export async function terminalKeys(count: number): Promise<readonly number[]> {
  const pauseMs = 30;
  const newline = 10;
  const viewer = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0"));
  const session = `/api/sessions/${location.pathname.split("/").at(-1)}`;
  const query = `viewer=${viewer.join("")}`;
  const over = new AbortController();
  const output = (await fetch(`${session}/output?${query}`, { signal: over.signal })).body?.getReader();
  let outputBytes = 0;
  let onOutput = () => {};
  let pending = new Uint8Array(0);
  /** Frames: a byte of type (2 is output), four of length, then as many bytes. */
  const readOn = async () => {
    for (;;) {
      const part = await output?.read();
      if (part === undefined || part.done) return;
      const bytes = new Uint8Array(pending.length + part.value.length);
      bytes.set(pending);
      bytes.set(part.value, pending.length);
      let at = 0;
      while (bytes.length - at >= 5) {
        const length = new DataView(bytes.buffer, at).getUint32(1);
        if (bytes.length - at < 5 + length) break;
        if (bytes[at] === 2) outputBytes += length;
        at += 5 + length;
      }
      pending = bytes.slice(at);
      onOutput();
    }
  };
  readOn().catch(() => {});
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}${session}/input?${query}`);
  await new Promise((resolve, reject) => {
    // The first message says that keys are taken.
    socket.onmessage = resolve;
    socket.onerror = reject;
  });
  const tookMs: number[] = [];
  for (let number = 1; number <= count; number += 1) {
    const message = new Uint8Array(5);
    new DataView(message.buffer).setUint32(0, number);
    // A line that grows without end would be another measure.
    message[4] = number % 50 === 0 ? newline : 120;
    const before = outputBytes;
    const startedAtMs = performance.now();
    const echoed = new Promise<void>((resolve) => {
      onOutput = () => {
        if (outputBytes > before) resolve();
      };
    });
    socket.send(message);
    await echoed;
    tookMs.push(performance.now() - startedAtMs);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  socket.close();
  over.abort();
  return tookMs;
}
