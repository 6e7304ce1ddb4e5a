export * from "./codec.ts";
export * from "./cursor.ts";
export * from "./explain.ts";
export * from "./frame.ts";
export * from "./msgpack.ts";
export * from "./utf8.ts";
