/** Whether the log is whole, as the server's last check of its hash chain found. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { verificationQuery } from "../api/audit.ts";
import { ExactTime } from "../shell/exact-time.tsx";
import { StateDot } from "../shell/state-dot.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { momentWords } from "../words/moment.ts";

/** One line while it is whole, a fault where it is not; nothing while it is not known. */
export function ChainNote(): ReactElement | undefined {
  const { data, error } = useQuery(verificationQuery);
  if (data === undefined)
    return error === null ? undefined : <p className="chain-note">Whether the log is whole could not be asked.</p>;
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
      <span>
        Whole: {data.events} {data.events === 1 ? "event" : "events"} in one hash chain, checked{" "}
        <ExactTime atMs={data.checkedAt} words={checked} />.
      </span>
    </p>
  );
}
