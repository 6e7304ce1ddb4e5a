export * from "./account-rates.ts";
export * from "./address-key.ts";
export * from "./rates.ts";
export * from "./relay-quota.ts";
export * from "./route-rates.ts";
