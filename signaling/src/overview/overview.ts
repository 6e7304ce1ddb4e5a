/** The overview of an account, read from what its servers tell and from what was counted. */
import { isCode } from "@culvert/protocol";
import {
  deskServiceName,
  type Overview,
  type OverviewRange,
  type ServerView,
  type WayKind,
} from "@culvert/protocol/signaling";
import { sql } from "kysely";
import type { ServerDirectory } from "../servers/index.ts";
import type { Queries, Store } from "../store/index.ts";
import { hourMs } from "./figures.ts";

/** What an overview is read from. */
export interface OverviewSources {
  readonly store: Store;
  readonly directory: ServerDirectory;
  readonly relayBytesPerDay: number;
  readonly nowMs: () => number;
}

const dayMs = 24 * hourMs;
const ranges = { day: { stepMs: hourMs, steps: 24 }, month: { stepMs: dayMs, steps: 30 } } as const;

type Ways = Overview["openNow"];

/** The overview as it is now. */
export async function overviewOf(
  { store, directory, relayBytesPerDay, nowMs }: OverviewSources,
  accountId: string,
  range: OverviewRange,
): Promise<Overview> {
  const { stepMs, steps } = ranges[range];
  const atMs = nowMs();
  const from = (Math.floor(atMs / stepMs) - steps + 1) * stepMs;
  const { queries } = store;
  const servers = await directory.list(accountId);
  const begun = await sessionsFrom(queries, accountId, from, stepMs);
  const figures = await figuresFrom(queries, accountId, from, stepMs);
  const relayed = figures.filter(({ figure }) => figure === "relayed");
  const hours = range === "day" ? relayed : await figuresFrom(queries, accountId, atMs - dayMs, hourMs);
  return {
    range,
    from,
    stepMs,
    servers: serversByState(servers),
    openNow: waysOf(servers.flatMap(({ viewers = [] }) => viewers.map(({ way }) => ({ way, count: 1 })))),
    ways: waysOf(begun),
    steps: Array.from({ length: steps }, (_, index) => {
      const at = from + index * stepMs;
      return {
        at,
        sessions: sum(begun.filter((row) => row.step === at).map(({ count }) => count)),
        relayedBytes: sum(relayed.filter((row) => row.step === at).map(({ amount }) => amount)),
      };
    }),
    relayDay: {
      usedBytes: sum(hours.filter(({ figure }) => figure === "relayed").map(({ amount }) => amount)),
      limitBytes: relayBytesPerDay,
    },
    failures: failuresOf(figures),
  };
}

/** Sessions of apps by step and way; the dashboard's own questions to agents are none. */
async function sessionsFrom(queries: Queries, accountId: string, from: number, stepMs: number) {
  const step = sql<number>`${sql.ref("createdAt")} / ${sql.lit(stepMs)} * ${sql.lit(stepMs)}`;
  const rows = await queries
    .selectFrom("remoteSessions")
    .select((select) => [step.as("step"), "way", select.fn.countAll<number>().as("count")])
    .where("accountId", "=", accountId)
    .where("createdAt", ">=", from)
    .where("serviceName", "!=", deskServiceName)
    .groupBy([step, "way"])
    .execute();
  return rows.map((row) => ({ step: Number(row.step), way: row.way, count: Number(row.count) }));
}

async function figuresFrom(queries: Queries, accountId: string, from: number, stepMs: number) {
  const step = sql<number>`${sql.ref("hour")} / ${sql.lit(stepMs)} * ${sql.lit(stepMs)}`;
  const rows = await queries
    .selectFrom("accountFigures")
    .select((select) => [step.as("step"), "figure", select.fn.sum<number>("amount").as("amount")])
    .where("accountId", "=", accountId)
    .where("hour", ">=", from)
    .groupBy([step, "figure"])
    .execute();
  return rows.map((row) => ({ step: Number(row.step), figure: row.figure, amount: Number(row.amount) }));
}

function serversByState(servers: readonly ServerView[]): Overview["servers"] {
  const counts = { ready: 0, degraded: 0, unavailable: 0, disconnected: 0 };
  for (const { state } of servers) counts[state] += 1;
  return counts;
}

function waysOf(rows: readonly { readonly way: string | null; readonly count: number }[]): Ways {
  const countOf = (kind: WayKind | null): number =>
    sum(rows.filter(({ way }) => way === kind).map(({ count }) => count));
  return { direct: countOf("direct"), turn: countOf("turn"), relay: countOf("relay"), unknown: countOf(null) };
}

function failuresOf(figures: readonly { readonly figure: string; readonly amount: number }[]): Overview["failures"] {
  const counts = new Map<string, number>();
  for (const { figure, amount } of figures) {
    const [kind, code = ""] = figure.split(":");
    if (kind === "failure") counts.set(code, (counts.get(code) ?? 0) + amount);
  }
  return [...counts]
    .flatMap(([code, count]) => (isCode(code) ? [{ code, count }] : []))
    .sort((one, other) => other.count - one.count || one.code.localeCompare(other.code));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
