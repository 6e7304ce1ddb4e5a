/** Terminals of a machine as one of its services. */
export { createTerminalService, type TerminalOptions, type TerminalService } from "./terminal-service.ts";
