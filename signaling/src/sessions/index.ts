export * from "./openability.ts";
export * from "./remote-sessions.ts";
export * from "./session-faults.ts";
export * from "./session-routes.ts";
export * from "./session-tokens.ts";
export * from "./signing-secret.ts";
