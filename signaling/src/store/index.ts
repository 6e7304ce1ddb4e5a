export * from "./account-lock.ts";
export type * from "./sharing-tables.ts";
export * from "./store.ts";
export type * from "./store-schema.ts";
