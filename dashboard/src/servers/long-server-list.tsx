/**
 * A list of so many servers that only those in the window are drawn. Invariant: what has the focus stays drawn, and each
 * item says its place among all, for whoever cannot see them.
 */
import { defaultRangeExtractor, useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactElement, useLayoutEffect, useRef, useState } from "react";
import { ListItem, type ListRowsProps } from "./list-item.tsx";

/** Rows drawn beyond either edge: what the keyboard reaches next is there already. */
const beyondEdges = 8;
const usualRowPx = 65;
const groupRowPx = 37;

/** The rows, those near the window. */
export function LongServerList({ rows, role, nowMs }: ListRowsProps): ReactElement {
  const list = useRef<HTMLUListElement>(null);
  const [topPx, setTopPx] = useState(0);
  const [focused, setFocused] = useState<number>();
  useLayoutEffect(() => {
    const place = (): void => setTopPx((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
    place();
    window.addEventListener("resize", place);
    return () => window.removeEventListener("resize", place);
  }, []);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => (rows[index]?.kind === "group" ? groupRowPx : usualRowPx),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: beyondEdges,
    scrollMargin: topPx,
    // What is drawn beyond the edges covers the frame until React is done.
    useFlushSync: false,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      if (focused === undefined || focused >= rows.length || shown.includes(focused)) return shown;
      return [...shown, focused].sort((one, other) => one - other);
    },
  });
  return (
    <ul
      ref={list}
      className="server-list server-list-long"
      aria-label="Servers"
      style={{ height: virtualizer.getTotalSize() }}
      onFocus={({ target }) => setFocused(indexOf(target))}
      onBlur={() => setFocused(undefined)}
    >
      {virtualizer.getVirtualItems().map(({ key, index, start }) => {
        const row = rows[index];
        return (
          row !== undefined && (
            <li
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start - topPx}px)` }}
            >
              <ListItem row={row} role={role} nowMs={nowMs} />
            </li>
          )
        );
      })}
    </ul>
  );
}

function indexOf(target: EventTarget): number | undefined {
  const item = target instanceof Element ? target.closest<HTMLElement>("li[data-index]") : null;
  return item === null ? undefined : Number(item.dataset.index);
}
