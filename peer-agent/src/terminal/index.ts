export { openTerminalTarget, type TerminalTarget, type TerminalWish } from "./terminal-target.ts";
