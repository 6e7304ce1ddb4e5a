export * from "./message-cipher.ts";
export * from "./primitives.ts";
