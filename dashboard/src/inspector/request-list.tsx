/**
 * The requests as a grid of which only what is seen is drawn. Invariant: one line is chosen or none; arrows move the choice,
 * and the newest lines are followed for as long as the end is in sight.
 */
// biome-ignore-all lint/a11y/useSemanticElements: a table of which only a part is drawn has no element of its own
import type { InspectedRequest } from "@culvert/browser-client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactElement, type RefObject, useEffect, useRef } from "react";
import { StateDot } from "../shell/state-dot.tsx";
import { sizeWords } from "../words/amounts.ts";
import type { RequestStore, StoreState } from "./request-store.ts";
import { outcomeOf, shownTime, typeWords } from "./request-words.ts";
import { barMs, Waterfall } from "./waterfall.tsx";
import "./request-list.css";

const rowPx = 28;
const headPx = 24;
/** Short times shall not all look alike long. */
const leastScaleMs = 50;

const columns = ["method", "path", "status", "type", "size", "time", "bar"] as const;
const columnWords: Readonly<Record<(typeof columns)[number], string>> = {
  ...{ method: "Method", path: "Path", status: "Status", type: "Type", size: "Size", time: "Time" },
  bar: "Queue, tunnel, app, body",
};

interface RequestListProps {
  readonly store: RequestStore;
  readonly state: StoreState;
  readonly selected: number | undefined;
  /** Where the keyboard goes back to. */
  readonly focusTarget: RefObject<HTMLDivElement | null>;
  onSelect(id: number | undefined): void;
  /** Enter: the details are wanted. */
  onOpen(): void;
}

/** The grid; its rows are named by their ids. */
export function RequestList({ store, state, selected, focusTarget, onSelect, onOpen }: RequestListProps): ReactElement {
  const { shown } = state;
  const isAtEnd = useRef(true);
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => focusTarget.current,
    estimateSize: () => rowPx,
    overscan: 12,
    scrollMargin: headPx,
    scrollPaddingStart: headPx,
    getItemKey: (index) => shown[index] ?? index,
  });
  const last = shown.length - 1;
  useEffect(() => {
    if (isAtEnd.current && last >= 0) virtualizer.scrollToIndex(last, { align: "end" });
  }, [last, virtualizer]);
  const at = selected === undefined ? -1 : shown.indexOf(selected);
  const choose = (index: number): void => {
    const to = Math.max(0, Math.min(last, index));
    if (last < 0) return;
    onSelect(shown[to]);
    virtualizer.scrollToIndex(to);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((focusTarget.current?.clientHeight ?? 0) / rowPx) - 1);
    const deeds: Readonly<Record<string, () => void>> = {
      ArrowDown: () => choose(at + 1),
      ArrowUp: () => choose(at < 0 ? last : at - 1),
      PageDown: () => choose(at + page),
      PageUp: () => choose(at - page),
      Home: () => choose(0),
      End: () => choose(last),
      Enter: onOpen,
      Escape: () => onSelect(undefined),
    };
    const deed = deeds[event.key];
    if (deed === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    deed();
  };
  const rows = virtualizer.getVirtualItems();
  const requests = rows.map(({ index }) => store.find(shown[index] ?? 0));
  const scaleMs = Math.max(leastScaleMs, ...requests.map((request) => (request === undefined ? 0 : barMs(request))));
  return (
    <div
      ref={focusTarget}
      className="request-list"
      role="grid"
      aria-label="Requests"
      aria-rowcount={shown.length + 1}
      aria-activedescendant={at < 0 ? undefined : rowId(selected)}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < rowPx * 1.5;
      }}
    >
      <div role="rowgroup" className="request-head">
        {/* biome-ignore lint/a11y/useFocusableInteractive: nothing is done with the headings */}
        <div role="row" className="request-columns" aria-rowindex={1}>
          {columns.map((name) => (
            // biome-ignore lint/a11y/useFocusableInteractive: nothing is done with a heading
            <span key={name} role="columnheader" className={`request-${name}`}>
              {columnWords[name]}
            </span>
          ))}
        </div>
      </div>
      <div className="request-rows" role="rowgroup" style={{ height: virtualizer.getTotalSize() }}>
        {rows.map(({ index, start, key }, place) => {
          const request = requests[place];
          return (
            request && (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keyboard, its rows are reached by arrows
              // biome-ignore lint/a11y/useFocusableInteractive: aria-activedescendant names the row that is chosen
              <div
                key={key}
                id={rowId(request.id)}
                className="request-columns request-row"
                role="row"
                aria-rowindex={index + 2}
                aria-selected={request.id === selected}
                style={{ transform: `translateY(${start - headPx}px)` }}
                onClick={() => onSelect(request.id)}
              >
                <RequestCells request={request} scaleMs={scaleMs} />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

function RequestCells({ request, scaleMs }: { request: InspectedRequest; scaleMs: number }): ReactElement {
  const { text, tone } = outcomeOf(request);
  const cells: Readonly<Record<(typeof columns)[number], readonly [content: ReactElement | string, title?: string]>> = {
    method: [request.method],
    path: [
      request.replayOf === null ? (
        request.path
      ) : (
        <>
          <span className="request-repeat">again </span>
          {request.path}
        </>
      ),
      request.path,
    ],
    status: [
      <>
        <StateDot tone={tone} /> {text}
      </>,
      request.message,
    ],
    type: [typeWords(request), request.contentType],
    size: [sizeWords(request.answerBytes), `${request.answerBytes} bytes`],
    time: [shownTime(request)],
    bar: [<Waterfall key="bar" request={request} scaleMs={scaleMs} />],
  };
  return (
    <>
      {columns.map((name) => (
        // biome-ignore lint/a11y/useFocusableInteractive: a cell is read with its row
        <span key={name} className={`request-${name} tabular`} role="gridcell" title={cells[name][1] || undefined}>
          {cells[name][0]}
        </span>
      ))}
    </>
  );
}

function rowId(id: number | undefined): string {
  return `request-${id}`;
}
