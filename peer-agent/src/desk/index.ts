/** Devices and shares, for the owner's dashboard. */
export * from "./desk.ts";
export * from "./serve-desk.ts";
