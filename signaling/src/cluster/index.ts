export * from "./nodes.ts";
export * from "./notices.ts";
export * from "./pulse.ts";
