/** The agent's socket to signaling. */
export * from "./server-clock.ts";
export * from "./signaling-link.ts";
