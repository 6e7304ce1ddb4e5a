export * from "./app-urls.ts";
export * from "./control-messages.ts";
export * from "./heads.ts";
export * from "./record-types.ts";
