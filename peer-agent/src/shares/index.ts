/** Shares: who may open a service without an account. */
export * from "./share-list.ts";
export * from "./share-policy.ts";
