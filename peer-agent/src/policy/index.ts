/** What may reach a target. */
export * from "./request-framing.ts";
export * from "./request-path.ts";
export * from "./service-policy.ts";
