export * from "./app-view-api.ts";
