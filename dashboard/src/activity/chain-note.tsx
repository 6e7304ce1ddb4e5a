/** Whether the log is whole, as the server's last check of its hash chain found. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { verificationQuery } from "../api/audit.ts";
import { StateDot } from "../shell/state-dot.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { momentWords } from "../words/moment.ts";

/** One line while it is whole, a fault where it is not; nothing while it is not known. */
export function ChainNote(): ReactElement | undefined {
  const { data } = useQuery(verificationQuery);
  if (data === undefined) return undefined;
  const checked = momentWords(data.checkedAt, { nowMs: Date.now() });
  if (data.brokenAt !== null)
    return (
      <TroubleNote
        trouble={{
          code: "internal",
          headline: "The log was changed from outside",
          what: `Event ${data.brokenAt}, or one before it, was changed or removed in the store.`,
          remedy: "Compare it with an export or a backup: `culvert-signaling audit verify`",
        }}
      />
    );
  return (
    <p className="chain-note tabular" title={data.head?.hash}>
      <StateDot tone="ready" />
      Whole: {data.events} {data.events === 1 ? "event" : "events"} in one hash chain, checked {checked}.
    </p>
  );
}
