/** Copies a text and says so, or says that the browser refused. */
import { Button } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { type ReactElement, useEffect, useState } from "react";

type Outcome = "idle" | "copied" | "refused";
const shownForMs = 2_000;

/** A button that copies `text`; `children` is its label. */
export function CopyButton({ text, children = "Copy" }: { text: string; children?: string }): ReactElement {
  const { outcome, copy } = useCopy();
  const label = { idle: children, copied: "Copied", refused: "Not allowed here" }[outcome];
  return (
    <Button
      variant="default"
      size="xs"
      onClick={() => void copy(text)}
      leftSection={outcome === "copied" ? <IconCheck size={14} /> : <IconCopy size={14} />}
    >
      <span aria-live="polite">{label}</span>
    </Button>
  );
}

/** Copies text to the clipboard and gives the outcome for two seconds. */
export function useCopy(): { readonly outcome: Outcome; copy(text: string): Promise<void> } {
  const [outcome, setOutcome] = useState<Outcome>("idle");
  useEffect(() => {
    if (outcome === "idle") return;
    const timer = setTimeout(() => setOutcome("idle"), shownForMs);
    return () => clearTimeout(timer);
  }, [outcome]);
  return {
    outcome,
    copy: (text) =>
      navigator.clipboard.writeText(text).then(
        () => setOutcome("copied"),
        () => setOutcome("refused"),
      ),
  };
}
