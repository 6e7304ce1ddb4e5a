/** Says that the list is not live because Culvert's server is away. It goes by itself. */
import { type ReactElement, useState } from "react";
import { momentWords } from "../words/moment.ts";
import { StateDot } from "./state-dot.tsx";
import "./away-banner.css";

/** Mounted for as long as the server is away; remembers since when. */
export function AwayBanner(): ReactElement {
  const [sinceMs] = useState(() => Date.now());
  return (
    <div className="away-banner" role="status">
      <StateDot tone="connecting" />
      <span>
        <strong>Culvert’s server is away</strong> since {momentWords(sinceMs, { nowMs: sinceMs })}. What you see is what
        was known then; apps that are open directly go on. Trying again …
      </span>
    </div>
  );
}
