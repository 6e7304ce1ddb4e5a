/**
 * Random heads through the whole way to a real target: what the target reads is what the rules say, header by header.
 * Invariant: the same seed makes the same heads. What is expected is written here anew, not asked of the code under test.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createFakeClock, createSeededRandom, type SeededRandom as Random } from "@culvert/protocol/testing";
import { RunningService } from "../../services/running-service.ts";
import { serviceDefinition } from "../../services/service-definitions.ts";
import { createTarget } from "../../targets/create-target.ts";
import { listen } from "../asking-viewer.ts";
import { type HostileRequest, hostileRequest } from "./hostile-exchange.ts";

export interface HeaderFuzzOptions {
  readonly seed: number;
  readonly count: number;
  /** Heads before this one are made and not sent: a fault is looked at again by its number. */
  readonly from?: number;
  /** Requests under way at once. */
  readonly parallel?: number;
  /** Told now and then. */
  onProgress?(done: number): void;
  /** Told at once: a run that is ended early has said what it found. */
  onFault?(words: string): void;
}

export interface HeaderFuzzResult {
  /** Heads that reached the target; the others were refused. */
  readonly reached: number;
  readonly refused: number;
  /** What was not as it should be; empty where all is well. */
  readonly faults: readonly string[];
}

const agentId = "a".repeat(26) as Parameters<typeof serviceDefinition>[0];
const mostFaults = 20;

/** Runs it. */
export async function runHeaderFuzz(options: HeaderFuzzOptions): Promise<HeaderFuzzResult> {
  const { seed, count, from = 0, parallel = 32, onProgress } = options;
  const seen = new Map<string, IncomingMessage["rawHeaders"]>();
  /** Heads that declare more than they bring: they may reach the target, and be answered, and are never whole there. */
  const short = new Map<string, { readonly head: HostileRequest; arrivals: number }>();
  const faults: string[] = [];
  const blame = (words: string) => {
    if (faults.length >= mostFaults) return;
    faults.push(words);
    options.onFault?.(words);
  };
  const server: Server = createServer({ maxHeaderSize: 256 * 1024 }, (request, answer) => {
    const id = request.headers["x-id"];
    if (typeof id !== "string" || seen.has(id))
      blame(`a request that nobody sent: ${JSON.stringify(request.rawHeaders)}`);
    else seen.set(id, request.rawHeaders);
    const cut = short.get(String(id));
    if (cut !== undefined && ++cut.arrivals > 1) blame(`seed ${seed}, head ${id} reached the target twice`);
    request.resume().on("end", () => {
      if (short.has(String(id))) blame(`seed ${seed}, head ${id}: a body shorter than its length was a whole one`);
    });
    answer.end();
  });
  server.maxHeadersCount = 0;
  server.on("clientError", (error: Error & { code?: string }, socket) => {
    // A connection that ends in the middle of a body is no head that could not be read.
    const isCut = error.code === "ECONNRESET" || error.code === "HPE_INVALID_EOF_STATE";
    if (!isCut) blame(`the target could not read: ${error.code} ${error.message}`);
    socket.destroy();
  });
  const port = await listen(server);
  const definition = serviceDefinition(agentId, { name: "web", port });
  const target = createTarget(definition, { label: "studio" });
  const service = new RunningService({ definition, target, clock: createFakeClock(), onHealth: () => {} });
  const random = createSeededRandom(seed);
  for (let id = 0; id < from; id += 1) randomHead(random, String(id));
  let next = from;
  let reached = 0;
  let refused = 0;
  const work = async (): Promise<void> => {
    while (next < count && faults.length < mostFaults) {
      const id = String(next);
      next += 1;
      if (next % 10_000 === 0) onProgress?.(next);
      const head = randomHead(random, id);
      if (isShort(head)) short.set(id, { head, arrivals: 0 });
      const outcome = await hostileRequest(service, head);
      const raw = seen.get(id);
      seen.delete(id);
      const isAgreed = outcome.type === "answered" ? raw !== undefined : raw === undefined || short.has(id);
      if (!isAgreed) {
        blame(
          `seed ${seed}, head ${id}: ${JSON.stringify(outcome)}, and the target saw ${raw === undefined ? "nothing" : "it"}`,
        );
      }
      if (raw === undefined) refused += 1;
      else reached += 1;
      const fault = raw && faultOf(head, raw, `localhost:${port}`);
      if (fault) blame(`seed ${seed}, head ${id}: ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  for (const [id, raw] of seen) {
    const late = short.get(id);
    const fault = late === undefined ? "was refused" : faultOf(late.head, raw, `localhost:${port}`);
    if (fault) blame(`seed ${seed}, head ${id} reached the target later: ${fault}, ${JSON.stringify(raw)}`);
  }
  await service.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return { reached, refused, faults };
}

type Header = readonly [string, string];

const knownNames = [
  ...["Host", "Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "TE", "Trailer", "Expect", "Keep-Alive"],
  ...["Proxy-Authorization", "Forwarded", "X-Forwarded-For", "X-Real-IP", "X-Original-URL", "HTTP2-Settings", "Cookie"],
  ...[
    "Origin",
    "Referer",
    "Accept",
    "Authorization",
    "Content-Type",
    "Range",
    "If-None-Match",
    "Accept-Encoding",
    "X-A",
  ],
];
const knownValues = [
  "app:",
  "app:/a",
  "chunked",
  "close, X-A",
  "x-b",
  "0",
  "3",
  "+3",
  "3, 3",
  "100-continue",
  "websocket",
  "",
];
const nameCharacters = "abcdefghijklmnopqrstuvwxyzABC0123456789-_!#$%&'*+.^`|~";
const badCharacters = [
  "\r",
  "\n",
  "\0",
  ":",
  " ",
  "\t",
  "\u00e4",
  "\u0100",
  "\x7f",
  "\x0b",
  "\r\n",
  "(",
  "/",
  "\u2028",
];

function randomHead(random: Random, id: string): HostileRequest {
  const headers: Header[] = Array.from({ length: below(random, 9) }, () => [randomName(random), randomValue(random)]);
  headers.splice(below(random, headers.length + 1), 0, ["X-Id", id]);
  const hasBody = below(random, 4) === 0;
  const method = hasBody ? (["POST", "PUT", "PATCH", "DELETE"][below(random, 4)] ?? "POST") : "GET";
  const body = hasBody && below(random, 5) > 0 ? [new Uint8Array(3).fill(97)] : [];
  return { method, path: "/fuzz", headers, hasBody, body };
}

function below(random: Random, bound: number): number {
  return random.whole(0, bound - 1);
}

function randomName(random: Random): string {
  const kind = below(random, 20);
  if (kind < 10) return mixedCase(random, knownNames[below(random, knownNames.length)] ?? "X-A");
  const name = text(random, nameCharacters, 1 + below(random, 12));
  // `X-Id` is what heads are told apart by.
  if (name.toLowerCase() === "id") return "X-Idle";
  return kind === 19 ? broken(random, name) : `X-${name}`;
}

function randomValue(random: Random): string {
  const kind = below(random, 20);
  if (kind < 8) return knownValues[below(random, knownValues.length)] ?? "";
  if (kind === 19) return broken(random, "value");
  const length = below(random, kind === 18 ? 3_000 : 30);
  return Array.from({ length }, () => String.fromCharCode(0x20 + below(random, 0xdf))).join("");
}

function broken(random: Random, around: string): string {
  const at = below(random, around.length + 1);
  return around.slice(0, at) + (badCharacters[below(random, badCharacters.length)] ?? "\r") + around.slice(at);
}

function mixedCase(random: Random, name: string): string {
  return [...name].map((letter) => (below(random, 6) === 0 ? letter.toUpperCase() : letter)).join("");
}

function text(random: Random, alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[below(random, alphabet.length)] ?? "x").join("");
}

/** A body that begins and is shorter than the one length that is declared for it: whoever sends it on finds out at its end. */
function isShort({ headers = [], body = [] }: HostileRequest): boolean {
  const lengths = headers.filter(([name]) => name.toLowerCase() === "content-length").map(([, value]) => value.trim());
  const [length = ""] = lengths;
  const bodyBytes = body.reduce((sum, { length: bytes }) => sum + bytes, 0);
  return (
    lengths.every((value) => value === length) && /^\d+$/.test(length) && bodyBytes > 0 && Number(length) > bodyBytes
  );
}

const neverPassed =
  /^(transfer-encoding|upgrade|te|trailer|keep-alive|proxy-.*|expect|forwarded|x-forwarded-.*|x-real-ip|x-original-url|http2-settings)$/;

/** What is wrong with the headers that a target read, by the rules; undefined where nothing is. */
function faultOf(head: HostileRequest, raw: readonly string[], authority: string): string | undefined {
  const read: Header[] = [];
  for (let index = 0; index < raw.length; index += 2) read.push([raw[index] ?? "", raw[index + 1] ?? ""]);
  const valuesOf = (name: string) => read.filter(([known]) => known.toLowerCase() === name).map(([, value]) => value);
  if (valuesOf("host").join() !== authority || valuesOf("host").length !== 1) return `Host is ${valuesOf("host")}`;
  const framing = [...valuesOf("content-length"), ...valuesOf("transfer-encoding")];
  if (framing.length > 1) return `framed twice: ${framing}`;
  const bodyBytes = head.body?.[0]?.length ?? 0;
  if (bodyBytes > 0 && framing.length !== 1) return "a body without framing";
  if (!head.hasBody && framing.length !== 0) return `framing without a body: ${framing}`;
  const sent = head.headers ?? [];
  const named = new Set(
    sent
      .filter(([name]) => name.toLowerCase() === "connection")
      .flatMap(([, value]) => value.toLowerCase().split(/\s*,\s*/)),
  );
  const isOwn = (name: string) => ["host", "connection", "content-length", "transfer-encoding"].includes(name);
  const passed = read.filter(([name]) => !isOwn(name.toLowerCase()));
  const expected = sent.filter(([name]) => {
    const lower = name.toLowerCase();
    return !isOwn(lower) && !neverPassed.test(lower) && !named.has(lower);
  });
  const plain = (headers: readonly Header[]) =>
    headers.map(([name, value]) => `${name}: ${mapped(name, value, authority).replace(/^[ \t]+|[ \t]+$/g, "")}`);
  const [want, got] = [plain(expected), passed.map(([name, value]) => `${name}: ${value}`)];
  const at = want.findIndex((line, index) => line !== got[index]);
  if (at >= 0 || want.length !== got.length)
    return `sent ${JSON.stringify(want[at])}, read ${JSON.stringify(got[at] ?? got.at(-1))}`;
  return undefined;
}

/** `app:` is the target's own origin in these two. */
function mapped(name: string, value: string, authority: string): string {
  const lower = name.toLowerCase();
  if (lower === "origin") return value === "app:" ? `http://${authority}` : value;
  if (lower !== "referer") return value;
  const address = value.trim();
  return address.toLowerCase().startsWith("app:") && /^(\/|\?|#|$)/.test(address.slice(4))
    ? `http://${authority}${address.slice(4).startsWith("/") ? "" : "/"}${address.slice(4)}`
    : address;
}
