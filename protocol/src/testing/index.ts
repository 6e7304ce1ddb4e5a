export * from "./fake-clock.ts";
export * from "./memory-path.ts";
export * from "./plain-cipher.ts";
