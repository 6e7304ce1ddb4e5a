/** Openings that failed or broke off, by reason: a table whose rows are the bars. */
import { codes } from "@culvert/protocol";
import type { Overview } from "@culvert/protocol/signaling";
import type { ReactElement } from "react";
import { TypedText } from "../shell/typed-text.tsx";
import { countedWords } from "../words/amounts.ts";
import { troubleOf } from "../words/trouble.ts";
import { rangeWords } from "./step-words.ts";

/** The panel. */
export function FailurePanel({ overview }: { overview: Overview }): ReactElement {
  const { failures, range } = overview;
  const all = failures.reduce((sum, { count }) => sum + count, 0);
  const most = failures[0]?.count ?? 1;
  return (
    <section className="panel" aria-labelledby="failures-title">
      <div className="panel-head">
        <h2 id="failures-title">Failures by reason</h2>
        <p className="dim tabular">{countedWords(all, "failure")}</p>
      </div>
      {all === 0 ? (
        <p className="overview-nothing">No opening failed or broke off in {rangeWords[range]}.</p>
      ) : (
        <table className="failure-table">
          <caption className="visually-hidden">Openings that failed or broke off, by reason</caption>
          <thead className="visually-hidden">
            <tr>
              <th scope="col">Reason</th>
              <th scope="col">How often</th>
            </tr>
          </thead>
          <tbody>
            {failures.map(({ code, count }) => {
              const { headline, remedy } = troubleOf({ code, message: "", hint: codes[code].hint });
              return (
                <tr key={code}>
                  <th scope="row">
                    {headline}
                    {remedy !== "" && (
                      <small>
                        <TypedText text={remedy} />
                      </small>
                    )}
                    <span className="failure-bar" style={{ width: `${(count / most) * 100}%` }} aria-hidden="true" />
                  </th>
                  <td className="tabular">{count}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}
