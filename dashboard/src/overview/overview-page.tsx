/** How the account does: what is online and open, by which ways, what it cost, what failed. */
import type { Overview, OverviewRange } from "@culvert/protocol/signaling";
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useState } from "react";
import { overviewQuery } from "../api/overview.ts";
import { PageFrame } from "../shell/page-frame.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { countedWords, sizeWords } from "../words/amounts.ts";
import { troubleFrom } from "../words/trouble.ts";
import { ChartPanel } from "./chart-panel.tsx";
import { FailurePanel } from "./failure-panel.tsx";
import { OverviewSkeleton } from "./overview-skeleton.tsx";
import { OverviewTiles } from "./overview-tiles.tsx";
import { RangeChoice } from "./range-choice.tsx";
import { rangeWords } from "./step-words.ts";
import { WaysPanel } from "./ways-panel.tsx";
import "./overview-page.css";

/** The page at `/overview`. */
export function OverviewPage(): ReactElement {
  const [range, setRange] = useState<OverviewRange>("day");
  const overview = useQuery(overviewQuery(range));
  useEffect(() => {
    document.title = "Overview – Culvert";
  }, []);
  return (
    <PageFrame title="Overview" actions={<RangeChoice range={range} onChange={setRange} />}>
      {overview.error !== null && <TroubleNote trouble={troubleFrom(overview.error)} />}
      {overview.data === undefined && overview.error === null && <OverviewSkeleton />}
      {overview.data !== undefined && <LoadedOverview overview={overview.data} />}
    </PageFrame>
  );
}

function LoadedOverview({ overview }: { overview: Overview }): ReactElement {
  const { steps, range } = overview;
  const sessions = steps.reduce((sum, step) => sum + step.sessions, 0);
  const relayed = steps.reduce((sum, step) => sum + step.relayedBytes, 0);
  return (
    <>
      <OverviewTiles overview={overview} />
      <div className="overview-charts">
        <ChartPanel
          title="Sessions begun"
          total={countedWords(sessions, "session")}
          nothing={`Nothing was opened in ${rangeWords[range]}.`}
          overview={overview}
          values={steps.map((step) => step.sessions)}
          words={(value) => countedWords(value, "session")}
        />
        <ChartPanel
          title="Bytes relayed"
          total={sizeWords(relayed)}
          nothing={`The relay carried nothing in ${rangeWords[range]}.`}
          overview={overview}
          values={steps.map((step) => step.relayedBytes)}
          words={sizeWords}
        />
        <WaysPanel overview={overview} />
        <FailurePanel overview={overview} />
      </div>
    </>
  );
}
