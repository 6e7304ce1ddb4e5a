/** Many agents of a load test in one process; told by its parent what to do, and tells how it went. */
import WebSocket from "ws";
import { benchHello, benchMachine, benchPresence } from "./machines.ts";

/** What a parent says. Numbers of machines are `from` … `from + count - 1`. */
export type Order =
  | { readonly type: "open"; readonly from: number; readonly count: number; readonly atOnce: number }
  | { readonly type: "storm"; readonly from: number; readonly count: number; readonly overMs: number }
  | { readonly type: "presence"; readonly number: number; readonly label: string };

/** What is answered. `tookMs`: from dialling to the welcome, for each that came through. */
export interface Report {
  readonly failed: number;
  readonly tookMs: readonly number[];
  /** CLOCK_MONOTONIC when the presence was sent, ns as text. */
  readonly sentAt: string;
}

const [kind = "", port = "", host = ""] = process.argv.slice(2);
const sockets = new Map<number, WebSocket>();

process.on("message", async (order: Order) => {
  const report = await obey(order);
  process.send?.(report);
});
process.on("disconnect", () => process.exit(0));

async function obey(order: Order): Promise<Report> {
  if (order.type === "presence") {
    const text = JSON.stringify({ type: "presence", presence: benchPresence(order.label) });
    const sentAt = process.hrtime.bigint().toString();
    sockets.get(order.number)?.send(text);
    return { failed: 0, tookMs: [], sentAt };
  }
  const numbers = Array.from({ length: order.count }, (_, index) => order.from + index);
  const outcomes = order.type === "open" ? await openInTurn(numbers, order.atOnce) : await storm(numbers, order.overMs);
  const tookMs = outcomes.filter((outcome) => outcome !== undefined);
  return { failed: outcomes.length - tookMs.length, tookMs, sentAt: "" };
}

async function openInTurn(numbers: readonly number[], atOnce: number): Promise<(number | undefined)[]> {
  const left = [...numbers];
  const outcomes: (number | undefined)[] = [];
  const work = async (): Promise<void> => {
    for (let number = left.shift(); number !== undefined; number = left.shift()) outcomes.push(await open(number));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return outcomes;
}

/** All lose their connection at once, as when a node dies, and come back at random times within `overMs`. */
async function storm(numbers: readonly number[], overMs: number): Promise<(number | undefined)[]> {
  for (const number of numbers) sockets.get(number)?.terminate();
  return Promise.all(
    numbers.map(async (number) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * overMs));
      return open(number);
    }),
  );
}

/** Resolves with the time to the welcome, or undefined where it did not come. */
function open(number: number): Promise<number | undefined> {
  const startMs = performance.now();
  const url = `ws://127.0.0.1:${port}/api/signaling/agent`;
  const socket = new WebSocket(url, { headers: { host }, perMessageDeflate: false, handshakeTimeout: 60_000 });
  return new Promise((resolve) => {
    const done = (): void => {
      sockets.set(number, socket);
      resolve(performance.now() - startMs);
    };
    socket.on("error", () => resolve(undefined));
    socket.on("close", () => resolve(undefined));
    if (kind === "bare") {
      socket.on("open", done);
      return;
    }
    socket.on("message", (data: Buffer) => {
      const message = JSON.parse(data.toString("utf8"));
      if (message.type === "challenge") {
        socket.send(JSON.stringify(benchHello(benchMachine(number), message.nonce, host, `machine ${number}`)));
      } else if (message.type === "welcome") done();
    });
  });
}
