export * from "./access-tokens.ts";
export * from "./token-routes.ts";
export * from "./with-access-tokens.ts";
