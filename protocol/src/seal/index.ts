export * from "./counted-cipher.ts";
export * from "./handshake-state.ts";
export * from "./message-cipher.ts";
export * from "./primitives.ts";
