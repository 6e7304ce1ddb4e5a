/** Messages of a WebSocket or events of a stream, of which only what is seen is drawn. */
// biome-ignore-all lint/a11y/useSemanticElements: a list of which only a part is drawn holds no list items alone
import type { InspectedFrame } from "@culvert/browser-client";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { sizeWords } from "../words/amounts.ts";
import { durationWords } from "../words/moment.ts";
import "./frame-list.css";

const rowPx = 26;

interface FrameListProps {
  readonly frames: readonly InspectedFrame[];
  /** All that passed while the inspector was open. */
  readonly count: number;
  readonly keepsBodies: boolean;
  readonly noun: "messages" | "events";
}

/** The newest ones are followed for as long as the end is in sight; one that is chosen is shown whole below. */
export function FrameList({ frames, count, keepsBodies, noun }: FrameListProps): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [chosen, setChosen] = useState<InspectedFrame>();
  const virtualizer = useVirtualizer({
    count: frames.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
    getItemKey: (index) => frames[index]?.index ?? index,
  });
  const last = frames.at(-1)?.index;
  useEffect(() => {
    if (isAtEnd.current && last !== undefined) virtualizer.scrollToIndex(frames.length - 1, { align: "end" });
  }, [last, frames.length, virtualizer]);
  if (frames.length === 0) {
    return <p className="dim inspector-note">No {noun} since the inspector was opened. They show as they pass.</p>;
  }
  return (
    <div className="frame-list">
      <p className="dim">
        {frames.length < count ? `The latest ${frames.length} of ${count} ${noun}.` : `${count} ${noun}.`}
        {!keepsBodies && " Their texts are kept once you keep bodies."}
      </p>
      <div
        ref={scroller}
        className="frame-scroller"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard scrolls what has the focus
        tabIndex={0}
        role="list"
        aria-label={noun === "events" ? "Events" : "Messages"}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < rowPx * 1.5;
        }}
      >
        <div role="presentation" style={{ height: virtualizer.getTotalSize(), position: "relative" }}>
          {virtualizer.getVirtualItems().map(({ index, start, key }) => {
            const frame = frames[index];
            return (
              frame && (
                <div key={key} role="listitem" className="frame-row" style={{ transform: `translateY(${start}px)` }}>
                  <FrameLine frame={frame} onChoose={() => setChosen(frame)} isChosen={chosen?.index === frame.index} />
                </div>
              )
            );
          })}
        </div>
      </div>
      {chosen?.text != null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard scrolls what has the focus
        <pre className="frame-text" tabIndex={0}>
          {chosen.text}
        </pre>
      )}
    </div>
  );
}

interface FrameLineProps {
  readonly frame: InspectedFrame;
  readonly isChosen: boolean;
  onChoose(): void;
}

function FrameLine({ frame, isChosen, onChoose }: FrameLineProps): ReactElement {
  const isSent = frame.direction === "sent";
  const content = frame.text ?? (frame.type === "binary" ? "binary" : "");
  return (
    <button type="button" tabIndex={-1} aria-pressed={isChosen} onClick={onChoose} data-direction={frame.direction}>
      {isSent ? <IconArrowUp size={12} aria-label="sent" /> : <IconArrowDown size={12} aria-label="received" />}
      <span className="frame-label">{frame.type === "close" ? `close ${frame.label}` : frame.label}</span>
      <span className="frame-content">{content.slice(0, 300)}</span>
      <span className="dim tabular">{sizeWords(frame.sizeBytes)}</span>
      <span className="dim tabular">+{durationWords(frame.afterMs)}</span>
    </button>
  );
}
