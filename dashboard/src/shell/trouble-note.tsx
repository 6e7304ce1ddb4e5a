/** A fault inside a page: headline, what happened, what to do. */
import type { ReactElement, ReactNode } from "react";
import type { Trouble } from "../words/trouble.ts";
import { StateDot } from "./state-dot.tsx";
import { TypedText } from "./typed-text.tsx";
import "./trouble-note.css";

/** `children`: actions below the words. */
export function TroubleNote({ trouble, children }: { trouble: Trouble; children?: ReactNode }): ReactElement {
  return (
    <div className="trouble-note" role="alert">
      <StateDot tone="lost" />
      <div>
        <strong>{trouble.headline}</strong>
        <p>
          {trouble.what} <TypedText text={trouble.remedy} />
        </p>
        {children}
      </div>
    </div>
  );
}
