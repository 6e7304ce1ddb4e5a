/** The keys of the App View, listed. */
import { Modal } from "@mantine/core";
import type { ReactElement } from "react";
import type { BarAction } from "./use-bar-actions.tsx";
import "./shortcut-dialog.css";

const inspectorKeys = [
  ["↑ ↓  Page Up  Page Down  Home  End", "Go through the requests"],
  ["Enter", "Details of the request"],
  ["Escape", "Back to the requests"],
  ["/", "Filter"],
] as const;

/** Mounted while it is open. */
export function ShortcutDialog({
  actions,
  onClose,
}: {
  readonly actions: readonly BarAction[];
  onClose(): void;
}): ReactElement {
  return (
    <Modal opened onClose={onClose} size={480} title="Keyboard shortcuts" closeButtonProps={{ "aria-label": "Close" }}>
      <p className="shortcut-note">
        They work while the bar or the inspector has the keyboard. When the app has it, press on the bar first.
      </p>
      <ShortcutList
        title="App View"
        keys={actions.flatMap(({ label, shortcut }) => (shortcut === undefined ? [] : [[shortcut, label] as const]))}
      />
      <ShortcutList title="Inspector" keys={inspectorKeys} />
    </Modal>
  );
}

interface ShortcutListProps {
  readonly title: string;
  readonly keys: readonly (readonly [key: string, meaning: string])[];
}

function ShortcutList({ title, keys }: ShortcutListProps): ReactElement {
  return (
    <section className="shortcut-list">
      <h3>{title}</h3>
      <dl>
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>{meaning}</dt>
            <dd>
              <kbd>{key}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
