/** Bars over time, drawn by uPlot in the colours of the page's tokens. Decoration for who sees: the table says the same. */
import type { Overview } from "@culvert/protocol/signaling";
import { useComputedColorScheme } from "@mantine/core";
import { type ReactElement, useEffect, useLayoutEffect, useRef } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { stepWords } from "./step-words.ts";

interface StepChartProps {
  readonly overview: Overview;
  readonly values: readonly number[];
  words(value: number): string;
  /** The step under the pointer; undefined where there is none. */
  onPoint(index: number | undefined): void;
}

const heightPx = 136;

/** The chart, as wide as its place. */
export function StepChart({ overview, values, words, onPoint }: StepChartProps): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(undefined);
  const scheme = useComputedColorScheme("light");
  const { stepMs } = overview;
  const told = useRef({ words, onPoint });
  told.current = { words, onPoint };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes the colours that are read.
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const chart = new UPlot(
      chartOptions(element, {
        stepMs,
        words: (value) => told.current.words(value),
        onPoint: (index) => told.current.onPoint(index),
      }),
      [[], []],
      element,
    );
    plot.current = chart;
    const resizing = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: heightPx }));
    resizing.observe(element);
    return () => {
      resizing.disconnect();
      chart.destroy();
      plot.current = undefined;
    };
  }, [scheme, stepMs]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new chart begins without data.
  useEffect(() => {
    plot.current?.setData([overview.steps.map(({ at }) => at / 1000), [...values]]);
  }, [overview.steps, values, scheme, stepMs]);
  return <div ref={place} className="step-chart" aria-hidden="true" />;
}

interface ChartWishes {
  readonly stepMs: number;
  words(value: number): string;
  onPoint(index: number | undefined): void;
}

function chartOptions(element: HTMLElement, { stepMs, words, onPoint }: ChartWishes): UPlot.Options {
  const style = getComputedStyle(element);
  const font = `11px ${style.fontFamily}`;
  const [bar, line, faint] = [colourOf(element, "--accent"), colourOf(element, "--line"), colourOf(element, "--faint")];
  const axis: UPlot.Axis = { font, stroke: faint, ticks: { show: false }, grid: { show: false } };
  const bars = UPlot.paths.bars?.({ size: [0.72, 28], radius: 0.15 });
  return {
    width: element.clientWidth,
    height: heightPx,
    legend: { show: false },
    padding: [8, 0, 0, 0],
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      // Room for half a bar on either side.
      x: { time: true, range: (_, from, to) => [from - stepMs / 2000, to + stepMs / 2000] },
      y: { range: (_, _from, to) => [0, Math.max(1, to * 1.08)] },
    },
    axes: [
      { ...axis, size: 24, space: 64, values: (_, at) => at.map((second) => stepWords(second * 1000, { stepMs })) },
      {
        ...axis,
        size: 64,
        space: 28,
        incrs: wholeSteps,
        grid: { show: true, stroke: line, width: 1 },
        values: (_, at) => at.map((value) => words(value).replace(/ sessions?$/, "")),
      },
    ],
    series: [{}, { fill: bar, stroke: bar, width: 0, points: { show: false }, ...(bars && { paths: bars }) }],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
  };
}

/** 1, 2, 5, 10 …: nothing that is counted here comes in parts. */
const wholeSteps = Array.from({ length: 15 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

/** A token as the canvas takes it: light-dark() is resolved by the page. */
function colourOf(element: HTMLElement, token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
