export * from "./share-routes.ts";
export * from "./shares.ts";
