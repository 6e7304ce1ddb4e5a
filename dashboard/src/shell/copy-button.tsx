/** Copies a text and says so, or says that the browser refused. */
import { Button } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { type ReactElement, useEffect, useState } from "react";

type Outcome = "idle" | "copied" | "refused";
const shownForMs = 2_000;

/** `children`: the label. `name`: what a screen reader says of it, where the label alone says too little. */
interface CopyButtonProps {
  readonly text: string;
  readonly children?: string;
  readonly name?: string;
}

/** A button that copies `text`. */
export function CopyButton({ text, children = "Copy", name }: CopyButtonProps): ReactElement {
  const { outcome, copy } = useCopy();
  const label = { idle: children, copied: "Copied", refused: "Not allowed here" }[outcome];
  return (
    <Button
      variant="default"
      size="xs"
      aria-label={outcome === "idle" ? name : undefined}
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
