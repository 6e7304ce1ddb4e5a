/** Where the app is, to read and to change. */
import { type FormEvent, type KeyboardEvent, type ReactElement, useRef, useState } from "react";
import { typedPath } from "./app-address.ts";

/** What the field is given. */
interface PathFieldProps {
  readonly path: string;
  readonly disabled: boolean;
  onNavigate(path: string): void;
}

/** Follows the app until somebody types; Enter goes there, Escape goes back to following. */
export function PathField({ path, disabled, onNavigate }: PathFieldProps): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState<string>();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (draft !== undefined) onNavigate(typedPath(draft));
    input.current?.blur();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") input.current?.blur();
  };
  return (
    <form className="path-field" onSubmit={submit}>
      <input
        ref={input}
        type="text"
        aria-label="Path in the app"
        autoComplete="off"
        spellCheck={false}
        disabled={disabled}
        value={draft ?? path}
        title={path}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={() => setDraft(undefined)}
        onKeyDown={onKeyDown}
      />
    </form>
  );
}
