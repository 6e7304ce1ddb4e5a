/**
 * What long lines stand on: the app, a Culvert that offers it, and two browsers without a debugger that show the same page,
 * one at the app's own address and one through the App View.
 */
import { openBarePage } from "../../harness/bare-browser.ts";
import { pressOpen } from "../../harness/bare-visit.ts";
import { type AppLayout, type Culvert, startCulvert } from "../../harness/culvert.ts";
import { wireLeaks } from "../../harness/leaks.ts";
import {
  makeProfile,
  openUnwatched,
  type Profile,
  savedHash,
  type UnwatchedBrowser,
} from "../../harness/unwatched-browser.ts";
import { waitUntil } from "../../harness/wait-until.ts";
import type { Observed } from "./line.ts";
import type { LongLine, LongPlace } from "./long-line.ts";
import { document, types } from "./pages.ts";
import { hideTarget } from "./stage.ts";
import { startTarget, type Target } from "./target.ts";

type Via = LongPlace["via"];

/** The stage of all long lines. */
export interface LongStage {
  /** A line as one of the places has it. */
  place(via: Via, line: LongLine): LongPlace;
  /** Requests that went past the service worker to the operator. */
  leaks(): readonly string[];
  readonly culvert: Culvert;
  close(): Promise<void>;
}

const withinMs = 60_000;
/** A file may be saved a moment after its last byte came. */
const savingMs = 120_000;

/** Sets it: both pages are shown, and every line's script has begun. */
export async function setLongStage(lines: readonly LongLine[], layout: AppLayout): Promise<LongStage> {
  const target = await startTarget();
  const reports = new Map<string, PromiseWithResolvers<Observed>>();
  const reportOf = (via: string, number: number): PromiseWithResolvers<Observed> => {
    const key = `${via} ${number}`;
    const known = reports.get(key) ?? Promise.withResolvers<Observed>();
    reports.set(key, known);
    return known;
  };
  for (const { serve } of lines) serve(target);
  serveLongPage(target, lines, (via, number, observed) => reportOf(via, number).resolve(observed));

  const profiles = { direct: makeProfile(), tunnel: makeProfile() };
  const browsers: UnwatchedBrowser[] = [];
  let culvert: Culvert | undefined;
  const close = async (): Promise<void> => {
    for (const browser of browsers) await browser.close();
    for (const profile of Object.values(profiles)) profile.remove();
    await culvert?.stop();
    await target.close();
  };
  try {
    const running = await startCulvert({ appPort: target.port, webrtc: "native", recording: "bytes", layout });
    culvert = running;
    const appView = await signInto(profiles.tunnel, running);
    browsers.push(
      openUnwatched(`http://localhost:${target.port}${longPath("direct")}`, profiles.direct),
      openUnwatched(`${appView}#${longPath("tunnel")}`, profiles.tunnel, [hideTarget(target)]),
    );
    const isShown = () => [...seenPages(target)].length === 2 || undefined;
    await waitUntil("the page at both places", isShown, withinMs);
    return {
      culvert: running,
      leaks: () => wireLeaks(running.recorder, running.dashboardHost),
      close,
      place: (via, line) => ({
        ...{ via, target, reported: reportOf(via, line.number).promise },
        saved: (name) => waitUntil(`${name}, saved`, () => savedHash(profiles[via], name), savingMs),
      }),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function longPath(via: Via): string {
  return `/long?via=${via}`;
}

function seenPages(target: Target): ReadonlySet<string> {
  return new Set(target.seenAt("/long").map(({ path }) => path));
}

/** The owner signs in and opens the app once, which a person does with hands and this does with a debugger; it ends here. */
async function signInto(profile: Profile, culvert: Culvert): Promise<string> {
  const page = await openBarePage(culvert.signInLink, { profile: profile.folder });
  try {
    await pressOpen(page);
    const address = async () => {
      const shown = String(await page.evaluate("location.href").catch(() => ""));
      return shown.includes("/app-view/") ? shown.split("#", 1)[0] : undefined;
    };
    return await waitUntil("the App View's address", address, withinMs);
  } finally {
    await page.quit();
  }
}

function serveLongPage(
  target: Target,
  lines: readonly LongLine[],
  onReport: (via: string, number: number, observed: Observed) => void,
): void {
  const scripts = lines.map(({ number, script }) => `run(${number}, ${script});`).join("\n");
  target.on(
    "/long",
    document(`<script type="module">
      const via = new URLSearchParams(location.search).get("via");
      const run = async (number, script) => {
        const observed = await script(via).catch((error) => String(error));
        await fetch("/long/report?via=" + via + "&line=" + number, { method: "POST", body: JSON.stringify(observed ?? null) });
      };
      ${scripts}
    </script>`),
  );
  target.on("/long/report", async ({ url, body, send }) => {
    const observed: Observed = JSON.parse((await body()).toString());
    onReport(url.searchParams.get("via") ?? "", Number(url.searchParams.get("line")), observed);
    send("", types.text);
  });
}
