/** How sessions went: shares of direct, TURN and relay as one bar, and each with its count. */
import type { Overview } from "@culvert/protocol/signaling";
import type { ReactElement } from "react";
import { countedWords, shareWords } from "../words/amounts.ts";
import { rangeWords } from "./step-words.ts";

const kinds = [
  { kind: "direct", name: "Direct", meaning: "browser and machine talk to each other" },
  { kind: "turn", name: "TURN", meaning: "a TURN relay passes packets; it costs its bandwidth" },
  { kind: "relay", name: "Relay", meaning: "Culvert's server passes messages; it costs its bandwidth" },
  { kind: "unknown", name: "Not known", meaning: "the agent told of no way: never connected, or too old to tell" },
] as const;

/** The panel. */
export function WaysPanel({ overview }: { overview: Overview }): ReactElement {
  const { ways, range } = overview;
  const all = ways.direct + ways.turn + ways.relay + ways.unknown;
  return (
    <section className="panel" aria-labelledby="ways-title">
      <div className="panel-head">
        <h2 id="ways-title">Direct or relayed</h2>
        <p className="dim tabular">best way of {countedWords(all, "session")}</p>
      </div>
      {all === 0 ? (
        <p className="overview-nothing">Nothing was opened in {rangeWords[range]}.</p>
      ) : (
        <>
          <div className="ways-bar" aria-hidden="true">
            {kinds.map(({ kind }) => (
              <span key={kind} data-way={kind} style={{ flexGrow: ways[kind] }} hidden={ways[kind] === 0} />
            ))}
          </div>
          <ul className="ways-list">
            {kinds.map(({ kind, name, meaning }) => (
              <li key={kind}>
                <span className="ways-sign" data-way={kind} aria-hidden="true" />
                <strong>{name}</strong>
                <span className="tabular">
                  {ways[kind]} <span className="dim">({shareWords(ways[kind], all)})</span>
                </span>
                <small>{meaning}</small>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
