export * from "./launch-routes.ts";
export * from "./launches.ts";
