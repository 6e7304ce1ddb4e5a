/** An app that never stops talking, and a viewer that notices every gap: whether a live tunnel is left alone. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServiceConnection } from "@culvert/peer-agent/viewer";

const tickMs = 50;

/** Answers `/ticks` with a number every 50 ms, everything else at once. */
export function tickingApp(request: IncomingMessage, answer: ServerResponse): void {
  if (request.url !== "/ticks") {
    answer.end("ok");
    return;
  }
  answer.writeHead(200);
  let count = 0;
  const timer = setInterval(() => {
    count += 1;
    answer.write(`${count}\n`);
  }, tickMs);
  answer.on("close", () => clearInterval(timer));
}

/** What a listener has heard. */
export interface Ticks {
  /** The longest time without a tick so far, ms. */
  longestGapMs(): number;
  count(): number;
  /** Undefined while ticks come whole and in order. */
  fault(): string | undefined;
  stop(): void;
}

/** Listens to the app until it is stopped. */
export async function listenToTicks(service: ServiceConnection): Promise<Ticks> {
  const ended = new AbortController();
  const answer = await service.fetch("/ticks", { signal: ended.signal });
  let [count, longestGapMs, lastMs] = [0, 0, performance.now()];
  let fault: string | undefined;
  const read = async (): Promise<void> => {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        count += 1;
        if (Number(line) !== count) fault ??= `${line} came where ${count} was due`;
      }
      longestGapMs = Math.max(longestGapMs, performance.now() - lastMs);
      lastMs = performance.now();
    }
  };
  read().catch((thrown: unknown) => {
    if (!ended.signal.aborted) fault ??= String(thrown);
  });
  return {
    longestGapMs: () => Math.max(longestGapMs, performance.now() - lastMs),
    count: () => count,
    fault: () => fault,
    stop: () => ended.abort(),
  };
}
