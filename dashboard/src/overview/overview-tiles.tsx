/** The figures above the charts: each one number, and what it is of. */
import type { Overview } from "@culvert/protocol/signaling";
import type { ReactElement } from "react";
import { countedWords, shareWords, sizeWords } from "../words/amounts.ts";
import { rangeWords } from "./step-words.ts";

/** Four tiles. */
export function OverviewTiles({ overview }: { overview: Overview }): ReactElement {
  const { servers, openNow, ways, relayDay, range } = overview;
  const all = servers.ready + servers.degraded + servers.unavailable + servers.disconnected;
  const open = openNow.direct + openNow.turn + openNow.relay + openNow.unknown;
  const known = ways.direct + ways.turn + ways.relay;
  const troubled = servers.degraded + servers.unavailable;
  return (
    <dl className="overview-tiles">
      <Tile
        label="Online"
        figure={`${all - servers.disconnected}`}
        of={`of ${countedWords(all, "server")}`}
        more={troubled === 0 ? "all of their apps answer" : `${troubled} with an app that does not answer`}
      />
      <Tile label="Open now" figure={`${open}`} of={open === 1 ? "viewer" : "viewers"} more={openWords(openNow)} />
      <Tile
        label="Went direct"
        figure={known === 0 ? "–" : shareWords(ways.direct, known)}
        of={known === 0 ? "" : `of ${countedWords(known, "session")}`}
        more={known === 0 ? `none known in ${rangeWords[range]}` : `in ${rangeWords[range]}`}
      />
      <Tile
        label="Relayed"
        figure={sizeWords(relayDay.usedBytes)}
        of="in 24 h"
        more={`${shareWords(relayDay.usedBytes, relayDay.limitBytes)} of the ${sizeWords(relayDay.limitBytes)} that are allowed`}
      />
    </dl>
  );
}

interface TileProps {
  readonly label: string;
  readonly figure: string;
  readonly of: string;
  readonly more: string;
}

function Tile({ label, figure, of, more }: TileProps): ReactElement {
  return (
    <div className="overview-tile">
      <dt>{label}</dt>
      <dd className="tabular">
        <strong>{figure}</strong> {of}
        <small>{more}</small>
      </dd>
    </div>
  );
}

function openWords({ direct, turn, relay, unknown }: Overview["openNow"]): string {
  const parts = [
    { count: direct, word: "direct" },
    { count: turn, word: "by TURN" },
    { count: relay, word: "relayed" },
    { count: unknown, word: "reconnecting" },
  ].filter(({ count }) => count > 0);
  return parts.length === 0 ? "nobody has an app open" : parts.map(({ count, word }) => `${count} ${word}`).join(" · ");
}
