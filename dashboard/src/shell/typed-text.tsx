/** Sentences in which words between backticks are set as code: what a person types on a machine. */
import { Fragment, type ReactElement } from "react";

/** The sentence as text and code, nothing else: its words are data, never markup. */
export function TypedText({ text }: { text: string }): ReactElement {
  const parts = text.split("`");
  return (
    <>
      {parts.map((part, index) => {
        const key = `${index}:${part}`;
        const typed = index % 2 === 1 && index < parts.length - 1;
        return typed ? <code key={key}>{part}</code> : <Fragment key={key}>{part}</Fragment>;
      })}
    </>
  );
}
