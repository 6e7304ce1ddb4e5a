/** A chart over the steps of a range, its sum, what the pointer is at, and the same figures as a table. */
import type { Overview } from "@culvert/protocol/signaling";
import { lazy, type ReactElement, Suspense, useId, useState } from "react";
import { pagePart } from "../setup/page-part.ts";
import { stepWords } from "./step-words.ts";

const StepChart = lazy(async () => ({
  default: (await pagePart(() => import("./step-chart.tsx"))).StepChart,
}));

interface ChartPanelProps {
  readonly title: string;
  /** Of the whole range, in words. */
  readonly total: string;
  /** Stands in place of a chart without a bar. */
  readonly nothing: string;
  readonly overview: Overview;
  /** One a step. */
  readonly values: readonly number[];
  words(value: number): string;
}

/** The panel. */
export function ChartPanel({ title, total, nothing, overview, values, words }: ChartPanelProps): ReactElement {
  const titleId = useId();
  const [pointedAt, setPointedAt] = useState<number>();
  const step = pointedAt === undefined ? undefined : overview.steps[pointedAt];
  const isEmpty = values.every((value) => value === 0);
  return (
    <section className="panel overview-chart" aria-labelledby={titleId}>
      <div className="panel-head">
        <h2 id={titleId}>{title}</h2>
        <p className="dim tabular">
          {step === undefined || pointedAt === undefined
            ? total
            : `${stepWords(step.at, overview)}: ${words(values[pointedAt] ?? 0)}`}
        </p>
      </div>
      {isEmpty ? (
        <p className="overview-nothing">{nothing}</p>
      ) : (
        <>
          <Suspense fallback={<div className="step-chart" />}>
            <StepChart overview={overview} values={values} words={words} onPoint={setPointedAt} />
          </Suspense>
          <details className="overview-table">
            <summary>As a table</summary>
            <table>
              <caption className="visually-hidden">{title}</caption>
              <thead>
                <tr>
                  <th scope="col">{overview.range === "day" ? "Hour from" : "Day"}</th>
                  <th scope="col">{title}</th>
                </tr>
              </thead>
              <tbody>
                {overview.steps.map(({ at }, index) => (
                  <tr key={at}>
                    <th scope="row">{stepWords(at, overview)}</th>
                    <td>{words(values[index] ?? 0)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
        </>
      )}
    </section>
  );
}
