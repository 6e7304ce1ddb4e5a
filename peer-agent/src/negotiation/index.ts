/** Further paths of a tunnel. */
export * from "./path-negotiation.ts";
