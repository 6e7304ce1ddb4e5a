export * from "./program.ts";
export * from "./serve.ts";
