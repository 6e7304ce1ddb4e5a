/** Round trips and rates of the last two minutes, as small live charts; the numbers beside them say the same in words. */
import type { AppViewPath } from "@culvert/browser-client";
import { type ReactElement, useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { durationWords } from "../words/moment.ts";
import { rateWords } from "../words/path-rows.ts";
import { type PathHistory, type PathKind, type PathSample, pathKinds } from "./path-history.ts";
import "uplot/dist/uPlot.min.css";
import "./path-charts.css";

const heightPx = 56;
const windowSeconds = 120;
const refreshMs = 1_000;

type Values = (sample: PathSample) => Readonly<Record<PathKind, number | null>>;

interface ChartProps {
  readonly title: string;
  readonly words: (value: number) => string;
  /** The least height of the scale, so that noise does not look like a mountain. */
  readonly leastTop: number;
  readonly samples: readonly PathSample[];
  readonly values: Values;
}

interface PathChartsProps {
  readonly history: PathHistory;
  readonly paths: readonly AppViewPath[];
}

/** Both charts; they go on while nothing moves. */
export function PathCharts({ history, paths }: PathChartsProps): ReactElement {
  const [samples, setSamples] = useState(history.samples);
  useEffect(() => {
    const sample = (): void => {
      history.note(paths, Date.now());
      setSamples(history.samples);
    };
    sample();
    const timer = setInterval(sample, refreshMs);
    return () => clearInterval(timer);
  }, [history, paths]);
  return (
    <div className="path-charts">
      <Chart title="Round trip" words={durationWords} leastTop={20} samples={samples} values={({ rttMs }) => rttMs} />
      <Chart title="Throughput" words={rateWords} leastTop={10_000} samples={samples} values={({ rate }) => rate} />
      <p className="path-charts-legend" aria-hidden="true">
        {pathKinds
          .filter((kind) => samples.some(({ rate }) => rate[kind] !== null))
          .map((kind) => (
            <span key={kind} data-kind={kind}>
              {{ direct: "Direct", turn: "TURN", relay: "Relay" }[kind]}
            </span>
          ))}
        <span className="path-charts-window">2 min</span>
      </p>
    </div>
  );
}

function Chart({ title, words, leastTop, samples, values }: ChartProps): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const top = Math.max(leastTop, ...samples.flatMap((sample) => Object.values(values(sample)).map((it) => it ?? 0)));
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = new uPlot(optionsFor(element, leastTop), [[], [], [], []], element);
    chart.current = made;
    return () => {
      made.destroy();
      chart.current = undefined;
    };
  }, [leastTop]);
  useEffect(() => chart.current?.setData(columns(samples, values)), [samples, values]);
  return (
    <figure>
      <figcaption>
        {title} <span className="tabular">up to {words(top)}</span>
      </figcaption>
      <div ref={place} className="path-chart" aria-hidden="true" />
    </figure>
  );
}

function optionsFor(element: HTMLElement, leastTop: number): uPlot.Options {
  return {
    ...{ width: element.clientWidth, height: heightPx, padding: [4, 0, 2, 0], legend: { show: false } },
    cursor: { show: false },
    axes: [{ show: false }, { show: false }],
    scales: {
      x: { time: false, range: (_chart, _least, most) => [(most ?? 0) - windowSeconds, most ?? 0] },
      y: { range: (_chart, _least, most) => [0, Math.max(leastTop, most ?? 0) * 1.05] },
    },
    series: [
      {},
      ...pathKinds.map((kind) => ({
        ...{ label: kind, stroke: colourOf(element, kind), width: 1.5, spanGaps: false, points: { show: false } },
        // A second sign beside the colour.
        ...(kind === "turn" && { dash: [6, 3] }),
        ...(kind === "relay" && { dash: [2, 3] }),
      })),
    ],
  };
}

function columns(samples: readonly PathSample[], values: Values): uPlot.AlignedData {
  return [
    samples.map(({ atMs }) => atMs / 1000),
    ...pathKinds.map((kind) => samples.map((sample) => values(sample)[kind])),
  ] as uPlot.AlignedData;
}

/** A canvas knows no custom properties: the stylesheet's colour is read from an element that has it. */
function colourOf(element: HTMLElement, kind: PathKind): string {
  const sample = document.createElement("span");
  sample.dataset.kind = kind;
  element.append(sample);
  const { color } = getComputedStyle(sample);
  sample.remove();
  return color;
}
