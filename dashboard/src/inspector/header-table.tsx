/** Headers of one direction. */
import type { HeaderList } from "@culvert/protocol/http";
import type { ReactElement } from "react";

/** `empty`: said in place of no headers. */
export function HeaderTable({
  title,
  headers,
  empty,
}: {
  readonly title: string;
  readonly headers: HeaderList;
  readonly empty: string;
}): ReactElement {
  return (
    <section className="header-table">
      <h3>{title}</h3>
      {headers.length === 0 ? (
        <p className="dim">{empty}</p>
      ) : (
        <dl>
          {headers.map(([name, value], index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a name may come twice, and the order is theirs
            <div key={index}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
