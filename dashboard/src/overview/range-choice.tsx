/** How far the overview looks back. */
import type { OverviewRange } from "@culvert/protocol/signaling";
import type { ReactElement } from "react";

const ranges: readonly { readonly range: OverviewRange; readonly label: string }[] = [
  { range: "day", label: "24 hours" },
  { range: "month", label: "30 days" },
];

/** Two buttons, one of which is pressed. */
export function RangeChoice({
  range,
  onChange,
}: {
  range: OverviewRange;
  onChange(range: OverviewRange): void;
}): ReactElement {
  return (
    <fieldset className="range-choice">
      <legend className="visually-hidden">Look back</legend>
      {ranges.map((it) => (
        <button key={it.range} type="button" aria-pressed={range === it.range} onClick={() => onChange(it.range)}>
          {it.label}
        </button>
      ))}
    </fieldset>
  );
}
