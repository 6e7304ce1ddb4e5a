export * from "./path-kind.ts";
