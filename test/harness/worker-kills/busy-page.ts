/**
 * What runs in the busy app's page, sent there as text: each function stands alone, but for the others of this file.
 * Invariant: what is told as complete is compared with what it ought to be; a fault is never forgotten.
 */

/** What the page has seen so far. */
export interface BusyLog {
  /** What came to its end, by kind: it only grows while the page is well. */
  readonly whole: Readonly<Record<BusyKind, number>>;
  /** What failed and said so. */
  readonly failed: number;
  /** Event sources that closed for good, and were opened anew by the app. */
  readonly closedForGood: number;
  /** What must never be: something short that was told as complete, something lost, doubled or closed. */
  readonly faults: readonly string[];
}

export type BusyKind = "documents" | "bodies" | "readers" | "requests" | "events" | "numbers";

/** What documents in the page's frame call, and what the test reads. */
interface Busy {
  log: { whole: Record<BusyKind, number>; failed: number; closedForGood: number; faults: string[] };
  documentEnded(number: number): void;
  documentLoaded(number: number): void;
}

/** Bytes of the body of this number. */
export function sizeOf(number: number): number {
  return 64 * 1024 + ((number * 7_919) % (192 * 1024));
}

/** One of its bytes. */
export function byteAt(number: number, index: number): number {
  return (number * 31 + index * 7 + (index >> 8)) & 255;
}

/** Begins everything and goes on with it for ever; `window.busy.log` tells how it goes. */
export function runBusyPage(): void {
  const retryMs = 100;
  const documentMs = 5_000;
  const faults: string[] = [];
  const whole = { documents: 0, bodies: 0, readers: 0, requests: 0, events: 0, numbers: 0 };
  const log = { whole, failed: 0, closedForGood: 0, faults };
  let endedDocument = -1;
  let settleDocument: (isWhole: boolean) => void = () => {};
  const busy: Busy = {
    log,
    documentEnded: (number) => {
      endedDocument = number;
    },
    documentLoaded: (number) => {
      if (endedDocument !== number) faults.push(`document ${number} was told to be loaded before its end`);
      settleDocument(endedDocument === number);
    },
  };
  Object.assign(window, { busy });

  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const check = (what: string, bytes: Uint8Array, number: number): void => {
    const isSame = bytes.length === sizeOf(number) && bytes.every((byte, index) => byte === byteAt(number, index));
    if (!isSame)
      faults.push(`${what} ${number} was told to be complete with ${bytes.length} of ${sizeOf(number)} bytes`);
  };
  /** Does one thing after the other; what fails is tried again a moment later, as the next one. */
  const repeat = async (kind: BusyKind, first: number, once: (number: number) => Promise<void>): Promise<void> => {
    for (let number = first; ; number += 1) {
      try {
        await once(number);
        whole[kind] += 1;
      } catch {
        log.failed += 1;
        await pause(retryMs);
      }
    }
  };

  const get = async (number: number): Promise<Response> => {
    const response = await fetch(`/body/${number}`, { cache: "no-store" });
    if (!response.ok) throw new Error(String(response.status));
    return response;
  };
  void repeat("bodies", 0, async (number) => {
    check("body", new Uint8Array(await (await get(number)).arrayBuffer()), number);
  });
  void repeat("readers", 1_000_000, async (number) => {
    const reader = ((await get(number)).body as ReadableStream<Uint8Array>).getReader();
    const bytes = new Uint8Array(sizeOf(number) + 1);
    let received = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      bytes.set(part.value, received);
      received += part.value.length;
    }
    check("reader", bytes.subarray(0, received), number);
  });
  void repeat("requests", 2_000_000, (number) => {
    const request = new XMLHttpRequest();
    request.open("GET", `/body/${number}`);
    request.responseType = "arraybuffer";
    return new Promise((resolve, reject) => {
      request.onload = () => {
        if (request.status !== 200) return reject(new Error(String(request.status)));
        check("request", new Uint8Array(request.response), number);
        resolve();
      };
      request.onerror = () => reject(new Error("error"));
      // Chromium tells of a worker's death as of a request that was taken back.
      request.onabort = () => reject(new Error("abort"));
      request.send();
    });
  });

  const frame = document.createElement("iframe");
  document.body.append(frame);
  void repeat("documents", 1, (number) => {
    return new Promise((resolve, reject) => {
      const settle = (isWhole: boolean): void => {
        frame.onload = null;
        clearTimeout(timer);
        if (isWhole) resolve();
        else reject(new Error("no whole document"));
      };
      settleDocument = settle;
      const timer = setTimeout(() => settle(false), documentMs);
      // A frame has its `load` after its document, and alone where that is an error page.
      frame.onload = () => settle(endedDocument === number);
      frame.src = `/document/${number}`;
    });
  });

  let lastEvent = 0;
  const listen = (): void => {
    const source = new EventSource(lastEvent === 0 ? "/events" : `/events?after=${lastEvent}`);
    source.onmessage = ({ lastEventId }) => {
      if (Number(lastEventId) !== lastEvent + 1) faults.push(`event ${lastEventId} came after ${lastEvent}`);
      lastEvent = Number(lastEventId);
      whole.events += 1;
    };
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) return;
      log.closedForGood += 1;
      setTimeout(listen, retryMs);
    };
  };
  listen();

  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/numbers`);
  socket.onmessage = ({ data }) => {
    if (Number(data) !== whole.numbers) faults.push(`number ${data} came after ${whole.numbers}`);
    whole.numbers = Number(data) + 1;
  };
  socket.onclose = ({ code }) => faults.push(`the WebSocket was closed with ${code}`);
}
