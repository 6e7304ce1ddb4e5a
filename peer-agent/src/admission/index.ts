/** Who may open a tunnel. */
export * from "./admission.ts";
export * from "./session-token.ts";
export * from "./signing-key-pins.ts";
