/** The devices that this agent knows. */
export * from "./approve-by-string.ts";
export * from "./device-list.ts";
