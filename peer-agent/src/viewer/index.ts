/** A viewer in Node. */
export * from "./node-viewer.ts";
