export * from "./fake-clock.ts";
export * from "./memory-path.ts";
export * from "./path-contract.ts";
export * from "./plain-cipher.ts";
export * from "./random.ts";
export * from "./seeded-network.ts";
export * from "./stream-program.ts";
