/** Keys that a phone's keyboard lacks. Pressing one leaves the keyboard as it is. */
import { button, element } from "./element.ts";
import type { BarKey } from "./key-codes.ts";

export interface KeyBarOptions {
  onKey(key: BarKey): void;
  /** Ctrl holds for the next key that is typed. */
  onControl(isHeld: boolean): void;
  onPaste(): void;
}

export interface KeyBar {
  readonly element: HTMLElement;
  /** Ctrl was used. */
  releaseControl(): void;
}

const keys: readonly (readonly [BarKey, string, string])[] = [
  ["escape", "Esc", "Escape"],
  ["tab", "Tab", "Tab"],
  ["left", "←", "Left"],
  ["down", "↓", "Down"],
  ["up", "↑", "Up"],
  ["right", "→", "Right"],
];

export function keyBar({ onKey, onControl, onPaste }: KeyBarOptions): KeyBar {
  let isHeld = false;
  const control = button("Ctrl", () => hold(!isHeld), { attributes: { "aria-pressed": "false" } });
  const hold = (value: boolean): void => {
    isHeld = value;
    control.setAttribute("aria-pressed", String(value));
    onControl(value);
  };
  const [escapeKey, tabKey, ...arrows] = keys.map(([key, text, label]) =>
    button(text, () => onKey(key), { attributes: { "aria-label": label } }),
  );
  const paste = button("Paste", onPaste);
  const bar = element("div", { class: "key-bar", attributes: { role: "toolbar", "aria-label": "Keys" } });
  bar.append(...[escapeKey, control, tabKey, ...arrows, paste].filter((each) => each !== undefined));
  // The keyboard stays open: the terminal keeps the focus.
  bar.addEventListener("pointerdown", (event) => event.preventDefault());
  return {
    element: bar,
    releaseControl: () => {
      if (isHeld) hold(false);
    },
  };
}
