/** Devices, shares and requests, for the owner's dashboard. */
export * from "./desk.ts";
export * from "./request-desk.ts";
export * from "./serve-desk.ts";
