/** What the state line's details say of paths: one row a kind, best first, with rates in human units. */
import type { AppViewPath } from "@culvert/browser-client";
import { durationWords } from "./moment.ts";
import type { Tone } from "./tone.ts";

/** One kind of way, ready to be shown. */
export interface PathRow {
  readonly kind: AppViewPath["kind"];
  readonly title: string;
  readonly role: string;
  readonly tone: Tone;
  readonly down: string;
  readonly up: string;
  readonly rtt: string;
  /** Bytes a second, exact. */
  readonly exactRates: string;
}

const kinds = ["direct", "turn", "relay"] as const;
const titles = { direct: "Direct", turn: "TURN", relay: "Relay" } as const;

/** Rows for the kinds that have a path. */
export function shownPaths(paths: readonly AppViewPath[]): readonly PathRow[] {
  return kinds.flatMap((kind) => {
    const ofKind = paths.filter((path) => path.kind === kind);
    return ofKind.length === 0 ? [] : [rowOf(kind, ofKind)];
  });
}

/** `820 kB/s`, `4.1 MB/s`: decimal units, as links are sold by. */
export function rateWords(bytesPerSecond: number): string {
  if (bytesPerSecond < 1_000) return "0 kB/s";
  if (bytesPerSecond < 999_500) return `${Math.round(bytesPerSecond / 1_000)} kB/s`;
  const megabytes = bytesPerSecond / 1_000_000;
  return `${megabytes < 9.95 ? megabytes.toFixed(1) : Math.round(megabytes)} MB/s`;
}

function rowOf(kind: PathRow["kind"], paths: readonly AppViewPath[]): PathRow {
  const trusted = paths.filter(({ isTrusted }) => isTrusted);
  const received = sum(paths, ({ receivedBytesPerSecond }) => receivedBytesPerSecond);
  const sent = sum(paths, ({ sentBytesPerSecond }) => sentBytesPerSecond);
  const roundTrips = paths.flatMap(({ rttMs }) => rttMs ?? []);
  return {
    kind,
    title: paths.length === 1 ? titles[kind] : `${titles[kind]} × ${paths.length}`,
    role: roleOf(paths, trusted),
    tone: trusted.length > 0 ? "ready" : "degraded",
    down: rateWords(received),
    up: rateWords(sent),
    rtt: roundTrips.length === 0 ? "" : durationWords(Math.min(...roundTrips)),
    exactRates: `${received} bytes/s down, ${sent} bytes/s up`,
  };
}

function roleOf(paths: readonly AppViewPath[], trusted: readonly AppViewPath[]): string {
  if (trusted.length === 0) return "not answering";
  return paths.some(({ carries }) => carries !== "none") ? "" : "standing by";
}

function sum(paths: readonly AppViewPath[], value: (path: AppViewPath) => number): number {
  return paths.reduce((total, path) => total + value(path), 0);
}
