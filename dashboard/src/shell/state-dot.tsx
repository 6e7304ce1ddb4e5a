/** A state's sign: colour and shape together, always beside its word. */
import type { ReactElement } from "react";
import type { Tone } from "../words/tone.ts";
import "./state-dot.css";

/** Ready is a disc, connecting a ring that breathes, degraded a half disc, lost a cross, offline an empty ring. */
export function StateDot({ tone }: { tone: Tone }): ReactElement {
  return (
    <svg className="state-dot" data-tone={tone} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      {shapes[tone]}
    </svg>
  );
}

const shapes: Readonly<Record<Tone, ReactElement>> = {
  ready: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  connecting: (
    <>
      <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <circle cx="6" cy="6" r="1.75" fill="currentColor" />
    </>
  ),
  degraded: (
    <>
      <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6 2a4 4 0 0 1 0 8z" fill="currentColor" />
    </>
  ),
  lost: <path d="M2.75 2.75l6.5 6.5M9.25 2.75l-6.5 6.5" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />,
  offline: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.5" />,
};
