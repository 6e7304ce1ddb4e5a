/** What runs in the app's own page while paths are cut. Each function is sent to the page as text: it stands alone. */

/** What the page has seen. Times are those of `Date.now()` on this machine. */
export interface PageLog {
  /** Numbers of the WebSocket in the order in which they came. */
  readonly numbers: readonly number[];
  /** The WebSocket's close code; undefined while it is open. */
  readonly closeCode: number | undefined;
  readonly fault: string | undefined;
}

/** An arrival of a number: when it was sent and when it came. */
export interface Arrival {
  readonly sentMs: number;
  readonly cameMs: number;
}

type State = {
  numbers: number[];
  arrivals: { sentMs: number; cameMs: number }[];
  downloads: { received: number; hash: string | undefined; fault: string | undefined };
  closeCode: number | undefined;
};

/** Opens the counter and sends back what comes; resolves when it counts. */
export function startCounting(): Promise<void> {
  const state: State = {
    numbers: [],
    arrivals: [],
    downloads: { received: 0, hash: undefined, fault: undefined },
    closeCode: undefined,
  };
  Object.assign(globalThis, { cuts: state });
  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/counter`);
  socket.onclose = ({ code }) => {
    state.closeCode = code;
  };
  return new Promise((resolve) => {
    socket.onmessage = ({ data }) => {
      const [number = Number.NaN, sentMs = Number.NaN] = String(data).split(" ").map(Number);
      state.numbers.push(number);
      state.arrivals.push({ sentMs, cameMs: Date.now() });
      socket.send(String(number));
      resolve();
    };
  });
}

/** Begins a download; `downloadState` tells of it. */
export function startDownload(sizeBytes: number): void {
  const { downloads } = Reflect.get(globalThis, "cuts") as State;
  downloads.received = 0;
  downloads.hash = undefined;
  const run = async (): Promise<void> => {
    const response = await fetch(`/download/${sizeBytes}`, { cache: "no-store" });
    const bytes = new Uint8Array(sizeBytes);
    const reader = response.body?.getReader();
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
      bytes.set(part.value, downloads.received);
      downloads.received += part.value.byteLength;
    }
    if (downloads.received !== sizeBytes) throw new Error(`${downloads.received} of ${sizeBytes} bytes came`);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    downloads.hash = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  run().catch((fault: unknown) => {
    downloads.fault = String(fault);
  });
}

/** How the download stands. */
export function downloadState(): { received: number; hash: string | undefined; fault: string | undefined } {
  return (Reflect.get(globalThis, "cuts") as State).downloads;
}

/** Arrivals from a time on, and the last one before it. */
export function arrivalsSince(fromMs: number): Arrival[] {
  const { arrivals } = Reflect.get(globalThis, "cuts") as State;
  let first = arrivals.length;
  while (first > 0 && (arrivals[first - 1]?.cameMs ?? 0) >= fromMs) first -= 1;
  return arrivals.slice(Math.max(0, first - 1));
}

/** Everything at the end. */
export function pageLog(): PageLog {
  const { numbers, closeCode, downloads } = Reflect.get(globalThis, "cuts") as State;
  return { numbers, closeCode, fault: downloads.fault };
}

/** In the page around the app: closes the data channels' connections that are up, as the browser itself might. */
export function closeConnections(): number {
  const connections = Reflect.get(globalThis, "connectionsOfThisPage") as Map<number, RTCPeerConnection>;
  const open = [...connections.values()].filter(({ connectionState }) => connectionState === "connected");
  for (const connection of open) connection.close();
  return open.length;
}

/** In the page around the app: the connections that are not closed, by the order in which they were made. */
export function connectionStates(): Record<number, string> {
  const connections = Reflect.get(globalThis, "connectionsOfThisPage") as Map<number, RTCPeerConnection>;
  return Object.fromEntries([...connections].map(([number, { connectionState }]) => [number, connectionState]));
}
