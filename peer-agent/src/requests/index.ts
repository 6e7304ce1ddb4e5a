/** The log of requests and how they are made again. */
export * from "./recorded-exchange.ts";
export * from "./replayed-request.ts";
export * from "./request-log.ts";
