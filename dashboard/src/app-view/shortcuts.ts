/** Keys of the App View's frame: Alt and Shift with a letter, which neither browsers nor text fields use. Pure. */

/** Named by where the key is: with Alt some systems make another character of it. */
export type ShortcutCode = "KeyB" | "KeyC" | "KeyF" | "KeyI" | "KeyK" | "KeyR" | "KeyS";

const codes: ReadonlySet<string> = new Set<ShortcutCode>(["KeyB", "KeyC", "KeyF", "KeyI", "KeyK", "KeyR", "KeyS"]);

/** What of a key's event counts. */
type PressedKey = Pick<KeyboardEvent, "altKey" | "shiftKey" | "ctrlKey" | "metaKey" | "code">;

/** The shortcut that was pressed. */
export function shortcutOf({ altKey, shiftKey, ctrlKey, metaKey, code }: PressedKey): ShortcutCode | undefined {
  return altKey && shiftKey && !ctrlKey && !metaKey && isShortcut(code) ? code : undefined;
}

/** As the keys are written. */
export function shortcutWords(code: ShortcutCode): string {
  return `Alt+Shift+${code.slice(3)}`;
}

function isShortcut(code: string): code is ShortcutCode {
  return codes.has(code);
}
