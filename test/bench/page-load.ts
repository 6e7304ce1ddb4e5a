/**
 * What a page of 60 requests costs over 20 ms: through the App View and by proxies that speak HTTP/1.1 (six connections)
 * and HTTP/2, in turn in one browser. Each way has its connection open already, and the page is new to it: a first visit,
 * and second ones where files are asked about or last.
 */
import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openBarePage } from "../harness/bare-browser.ts";
import { pressOpen } from "../harness/bare-visit.ts";
import { startCulvert } from "../harness/culvert.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { startLink } from "../network/link.ts";
import { type BenchRow, pairedRowOf, rowOf } from "./row.ts";

const runs = 7;
const rttMs = 20;
const withinMs = 30_000;
const lookEveryMs = 250;

/** Tabs that are behind others are not slowed, and the HTTP/2 proxy's certificate is its own. */
const flags = [
  ...["--ignore-certificate-errors", "--disable-renderer-backgrounding", "--disable-background-timer-throttling"],
  "--disable-backgrounding-occluded-windows",
];

/** Ends something that was started. */
type Closing = () => unknown;

/** What evaluates in a document that shows the app, over its navigations. */
type Way = (expression: string) => Promise<unknown>;

const visits = ["first visit", "second visit, 304", "second visit, files that last"] as const;
type Visit = (typeof visits)[number];

/** Rows `page-load`: each way and visit, the App View's as ratios to both proxies. */
export async function measurePageLoad(): Promise<BenchRow[]> {
  const closing: Closing[] = [];
  try {
    const ways = await openWays(closing);
    const tookMs = new Map<string, number[]>();
    // The first run warms up.
    for (let run = -1; run < runs; run += 1) {
      for (const [name, way] of ways) {
        for (const [visit, ms] of Object.entries(await visitThrice(way, run))) {
          const key = `${name}, ${visit}`;
          if (run >= 0) tookMs.set(key, [...(tookMs.get(key) ?? []), ms]);
        }
      }
    }
    return visits.flatMap((visit) => rowsOf(visit, tookMs));
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

function rowsOf(visit: Visit, tookMs: ReadonlyMap<string, readonly number[]>): BenchRow[] {
  const samples = (name: string): readonly number[] => tookMs.get(`${name}, ${visit}`) ?? [];
  const labels = { bench: "page-load", unit: "ms" };
  const proxies = ["HTTP/1.1", "HTTP/2"];
  return [
    ...proxies.map((name) => rowOf({ ...labels, case: `${name}, ${visit}` }, samples(name))),
    ...proxies.map((name) =>
      pairedRowOf({ ...labels, case: `App View, ${visit}` }, samples("App View"), { name, samples: samples(name) }),
    ),
  ];
}

/** All three visits of one run; ms each. */
async function visitThrice(way: Way, run: number): Promise<Readonly<Record<Visit, number>>> {
  const first = await load(way, `/sixty/etag/${run}/`);
  const second = await load(way, `/sixty/etag/${run}/`);
  await load(way, `/sixty/immutable/${run}/`);
  return {
    "first visit": first,
    "second visit, 304": second,
    "second visit, files that last": await load(way, `/sixty/immutable/${run}/`),
  };
}

/** Navigates as a link does; ms until all is there. Ends on a blank page. */
async function load(way: Way, path: string): Promise<number> {
  await way(`void location.assign(${JSON.stringify(path)})`);
  const isThere = `location.pathname === ${JSON.stringify(path)} ? window.allThereMs : undefined`;
  const tookMs = await waitUntil(path, () => later(() => way(isThere)), withinMs);
  await way(`void location.assign("/")`);
  await atBlankPage(way);
  return Number(tookMs);
}

async function atBlankPage(way: Way): Promise<void> {
  const isBlank = `location.pathname === "/" && document.readyState === "complete" || undefined`;
  await waitUntil("the blank page", () => later(() => way(isBlank)), withinMs);
}

/** Looks after a pause: looking costs the browser what it needs for the page. A document that is replaced says nothing. */
async function later(look: () => Promise<unknown>): Promise<unknown> {
  await setTimeout(lookEveryMs);
  return look().catch(() => undefined);
}

/** Opens the app by every way; what closes it is added in order. */
async function openWays(closing: Closing[]): Promise<ReadonlyMap<string, Way>> {
  const folder = mkdtempSync(join(tmpdir(), "culvert-bench-"));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const making = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  execFileSync("openssl", [...making, "-keyout", key, "-out", cert, "-subj", "/CN=localhost"], { stdio: "ignore" });
  const target = program("asset-target.ts", [], closing);
  const { port } = await firstWord<{ port: number }>(target);
  const proxies = program("proxy-program.ts", [String(port), String(rttMs), key, cert], closing);
  const { http1, http2 } = await firstWord<{ http1: number; http2: number }>(proxies);
  const link = await startLink({ seed: 1, conditions: { delayMs: rttMs / 2 } });
  closing.push(() => link.close());
  const culvert = await startCulvert({ appPort: port, webrtc: "native", recording: "count", linkUrl: link.url });
  closing.push(() => culvert.stop());
  const page = await openBarePage(culvert.signInLink, { flags });
  closing.push(() => page.close());
  await pressOpen(page);
  const isApp = ({ host, pathname }: URL): boolean =>
    host.endsWith(`.${culvert.dashboardHost}`) && !pathname.startsWith("/.culvert/");
  const inApp: Way = (expression) => page.evaluateInFrame(isApp, expression);
  const ways = new Map([
    ["HTTP/1.1", await page.openTab(`http://localhost:${http1}/`)],
    ["HTTP/2", await page.openTab(`https://localhost:${http2}/`)],
    ["App View", inApp],
  ]);
  for (const way of ways.values()) await atBlankPage(way);
  return ways;
}

function program(name: string, args: readonly string[], closing: Closing[]): ChildProcess {
  const child = fork(fileURLToPath(new URL(`page-load/${name}`, import.meta.url)), args);
  closing.push(async () => {
    child.disconnect();
    await once(child, "exit");
  });
  return child;
}

async function firstWord<Word>(child: ChildProcess): Promise<Word> {
  const [word] = (await once(child, "message")) as [Word];
  return word;
}
