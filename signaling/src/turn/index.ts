export * from "./ice-servers.ts";
export * from "./turn-credentials.ts";
