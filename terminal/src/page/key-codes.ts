/** What the keys of the bar type. Pure. */

export type BarKey = "escape" | "tab" | "up" | "down" | "left" | "right";

/** Cursor keys have two forms, by the mode that a program asked for (DECCKM). */
export function keyCode(key: BarKey, isApplicationMode: boolean): string {
  const cursor = isApplicationMode ? "\x1bO" : "\x1b[";
  switch (key) {
    case "escape":
      return "\x1b";
    case "tab":
      return "\t";
    case "up":
      return `${cursor}A`;
    case "down":
      return `${cursor}B`;
    case "right":
      return `${cursor}C`;
    case "left":
      return `${cursor}D`;
  }
}

/** The text as if Ctrl was held for its first character; as it is where that has no control character. */
export function withControl(text: string): string {
  const [first = "", ...rest] = text;
  const upper = first.toUpperCase();
  if (/^[@A-Z[\\\]^_]$/.test(upper)) return String.fromCharCode(upper.charCodeAt(0) - 64) + rest.join("");
  if (first === " ") return `\0${rest.join("")}`;
  return first === "?" ? `\x7f${rest.join("")}` : text;
}
