/** Colours of the terminal itself, for both schemes: text on its background has a contrast of at least 4.5. */
import type { ITheme } from "@xterm/xterm";

const dark: ITheme = {
  background: "#0d1113",
  foreground: "#e8ecee",
  cursor: "#55c6e2",
  cursorAccent: "#0d1113",
  selectionBackground: "#2f5a68",
  black: "#3a454c",
  red: "#ff8080",
  green: "#4cc38a",
  yellow: "#efb350",
  blue: "#74abff",
  magenta: "#d59bf6",
  cyan: "#55c6e2",
  white: "#c9d1d6",
  brightBlack: "#8b98a0",
  brightRed: "#ffa3a3",
  brightGreen: "#7bdcaa",
  brightYellow: "#f7cd84",
  brightBlue: "#a3c8ff",
  brightMagenta: "#e6c1ff",
  brightCyan: "#8fdcef",
  brightWhite: "#ffffff",
};

const light: ITheme = {
  background: "#ffffff",
  foreground: "#12181c",
  cursor: "#0a7390",
  cursorAccent: "#ffffff",
  selectionBackground: "#bfe0ea",
  black: "#12181c",
  red: "#c0262d",
  green: "#14773f",
  yellow: "#8a5a00",
  blue: "#2460c4",
  magenta: "#8a36b8",
  cyan: "#0a7390",
  white: "#566169",
  brightBlack: "#5c6870",
  brightRed: "#a51d24",
  brightGreen: "#0f6333",
  brightYellow: "#734b00",
  brightBlue: "#1b4fa6",
  brightMagenta: "#742b9c",
  brightCyan: "#075d75",
  brightWhite: "#3a454c",
};

/** The palette of one scheme. */
export function terminalPalette(scheme: "light" | "dark"): ITheme {
  return scheme === "dark" ? dark : light;
}
