/** What is left of a hidden bar: a handle at the top edge that brings it back, with the sign of the connection. */
import { IconChevronDown } from "@tabler/icons-react";
import type { ReactElement } from "react";
import { StateDot } from "../shell/state-dot.tsx";
import type { Tone } from "../words/tone.ts";

interface HiddenBarProps {
  readonly line: { readonly tone: Tone; readonly text: string };
  onShow(): void;
}

/** Small and at the edge: the app has the rest. */
export function HiddenBar({ line, onShow }: HiddenBarProps): ReactElement {
  return (
    <button
      type="button"
      className="hidden-bar"
      aria-label={`Show the bar. Connection: ${line.text}`}
      title={line.text}
      onClick={onShow}
    >
      <StateDot tone={line.tone} />
      <IconChevronDown size={14} aria-hidden="true" />
    </button>
  );
}
