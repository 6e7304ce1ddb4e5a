/** The edge of the drawer, to pull or to move with arrows (WAI-ARIA: window splitter). */
import type { KeyboardEvent, PointerEvent, ReactElement } from "react";
import { heightBounds } from "./drawer-height.ts";

const stepPx = 24;

interface ResizeHandleProps {
  readonly heightPx: number;
  onHeight(heightPx: number): void;
}

/** The pointer is captured: it crosses the app's frame without the app getting it. */
export function ResizeHandle({ heightPx, onHeight }: ResizeHandleProps): ReactElement {
  const { leastPx, mostPx } = heightBounds(window.innerHeight);
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) onHeight(window.innerHeight - event.clientY);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const wanted = { ArrowUp: heightPx + stepPx, ArrowDown: heightPx - stepPx, Home: leastPx, End: mostPx }[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    onHeight(wanted);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that is moved has the focus and a value, which hr has not
    <div
      className="inspector-handle"
      role="separator"
      aria-label="Height of the inspector"
      aria-orientation="horizontal"
      aria-valuemin={leastPx}
      aria-valuemax={mostPx}
      aria-valuenow={heightPx}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
    />
  );
}
