/** What runs inside the app's page: functions without closure, since they are sent there as text. */

/** Downloads `bytes` and counts them; MiB/s. */
export async function download(bytes: number): Promise<number> {
  const startedAtMs = performance.now();
  const response = await fetch(`/download/${bytes}`);
  const reader = response.body?.getReader();
  let received = 0;
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) break;
    received += part.value.byteLength;
  }
  if (received !== bytes) throw new Error(`${received} of ${bytes} bytes came`);
  return bytes / 1_048_576 / ((performance.now() - startedAtMs) / 1000);
}

/** Uploads `bytes`; MiB/s until the app has answered that it has them. */
export async function upload(bytes: number): Promise<number> {
  const body = new Blob([new Uint8Array(bytes)]);
  const startedAtMs = performance.now();
  const response = await fetch("/upload", { method: "POST", body });
  const received = Number(await response.text());
  if (received !== bytes) throw new Error(`${received} of ${bytes} bytes arrived`);
  return bytes / 1_048_576 / ((performance.now() - startedAtMs) / 1000);
}

/** Small GETs one after another; ms each. */
export async function fetchLoop(count: number): Promise<readonly number[]> {
  const tookMs: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const startedAtMs = performance.now();
    await (await fetch("/small", { cache: "no-store" })).text();
    tookMs.push(performance.now() - startedAtMs);
  }
  return tookMs;
}

/**
 * Times of key strokes, ms each: small WebSocket messages that the app echoes, one after another. Where it is busy a
 * download runs beside them from a second before the first on.
 */
export async function keystrokes(options: {
  readonly count: number;
  readonly isBusy: boolean;
}): Promise<readonly number[]> {
  const pauseMs = 30;
  const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/echo`);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const download = new AbortController();
  if (options.isBusy) {
    const response = await fetch("/download/100000000000", { signal: download.signal });
    response.body?.pipeTo(new WritableStream()).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  const tookMs: number[] = [];
  for (let index = 0; index < options.count; index += 1) {
    const startedAtMs = performance.now();
    const echoed = new Promise((resolve) => {
      socket.onmessage = resolve;
    });
    socket.send("k");
    await echoed;
    tookMs.push(performance.now() - startedAtMs);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  download.abort();
  socket.close();
  return tookMs;
}
