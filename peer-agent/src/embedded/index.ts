/** The agent as a part of somebody else's server. */
export * from "./connector-state.ts";
export * from "./create-server-enrollment.ts";
export * from "./embedded-connector.ts";
export * from "./server-enrollment.ts";
