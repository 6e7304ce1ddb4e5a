export * from "./one-time-codes.ts";
export * from "./random.ts";
export * from "./secret-file.ts";
