import { expect, test } from "vitest";
import { shortcutOf, shortcutWords } from "./shortcuts.ts";

const pressed = { altKey: true, shiftKey: true, ctrlKey: false, metaKey: false, code: "KeyI" };

test("Alt, Shift and a letter are a shortcut, whatever character they make", () => {
  expect(shortcutOf(pressed)).toBe("KeyI");
  expect(shortcutOf({ ...pressed, code: "KeyQ" })).toBeUndefined();
  for (const other of [{ altKey: false }, { shiftKey: false }, { ctrlKey: true }, { metaKey: true }]) {
    expect(shortcutOf({ ...pressed, ...other })).toBeUndefined();
  }
  expect(shortcutWords("KeyR")).toBe("Alt+Shift+R");
});
