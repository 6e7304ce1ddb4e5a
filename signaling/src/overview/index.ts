export * from "./figures.ts";
export * from "./overview.ts";
export * from "./overview-routes.ts";
export * from "./session-ways.ts";
