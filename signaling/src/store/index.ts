export * from "./store.ts";
export type * from "./store-schema.ts";
