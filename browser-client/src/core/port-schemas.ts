/**
 * Schemas of everything that the app origin sends.
 * Invariant: the app origin is hostile until proven otherwise: each message is checked and bounded before it is used.
 */
import { headerListSchema } from "@culvert/protocol/http";
import { z } from "zod";
import { chunkBytes, type HttpToCore } from "../ports/http-port.ts";
import type { PageToCore, WebSocketToCore } from "../ports/page-port.ts";
import type { ToCore } from "../ports/service-port.ts";
import { troubleDetailLength } from "../ports/trouble.ts";

const count = z.number().int().nonnegative();
const path = z
  .string()
  .min(1)
  .max(65_536)
  .regex(/^\/[^\s#]*$/, "origin-form");
const url = z.string().max(131_072);
/** Functions cannot be cloned, so an object with these methods is a port that was transferred. */
const port = z.custom<MessagePort>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    typeof (value as MessagePort).postMessage === "function" &&
    typeof (value as MessagePort).close === "function",
  "a MessagePort",
);
const bytesUpTo = (maxBytes: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= maxBytes, `at most ${maxBytes} bytes`);

const portRequestSchema = z.object({
  // Fetch §2.2.1: methods are tokens; the agent refuses CONNECT and TRACE.
  method: z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}$/),
  path,
  headers: headerListSchema,
  hasBody: z.boolean(),
  mode: z.enum(["cors", "no-cors", "same-origin", "navigate"]),
  destination: z.string().max(32),
  credentials: z.enum(["omit", "same-origin", "include"]),
  cache: z.string().max(32),
  redirect: z.enum(["follow", "error", "manual"]),
  referrer: url,
  clientId: z.string().max(128),
  bodySizeBytes: count.nullable(),
});

const troubleSchema = z.object({
  kind: z.enum(["sync-request", "worker", "service-worker", "embedded", "loopback", "sign-in"]),
  detail: z.string().max(troubleDetailLength),
});

/** Service port (ports/service-port.ts). */
export const toCoreSchema: z.ZodType<ToCore> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("worker-hello"), portProtocol: count, takesParts: z.boolean().exactOptional() }),
  z.object({ type: z.literal("open-http"), request: portRequestSchema, port }),
  z.object({ type: z.literal("open-page"), clientId: z.string().max(128), url, port }),
  z.object({ type: z.literal("read-cookies"), path, port }),
  z.object({ type: z.literal("trouble"), trouble: troubleSchema }),
  z.object({ type: z.literal("pong"), sequence: count }),
]);

/** A request that does not fit `toCoreSchema`, but has a port on which that can be said. */
export const openHttpPortSchema = z.object({ type: z.literal("open-http"), port });

/** Port of one HTTP exchange (ports/http-port.ts). */
export const httpToCoreSchema: z.ZodType<HttpToCore> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("chunk"), bytes: bytesUpTo(chunkBytes) }),
  z.object({ type: z.literal("end") }),
  z.object({ type: z.literal("credit"), limit: count }),
  z.object({ type: z.literal("cancel") }),
]);

/** Page port (ports/page-port.ts). */
export const pageToCoreSchema: z.ZodType<PageToCore> = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("open-websocket"),
    path,
    protocols: z.array(z.string().min(1).max(256)).max(64),
    origin: z.string().max(512),
    port,
  }),
  z.object({
    type: z.literal("set-cookie"),
    cookie: z.string().max(1_048_576),
    path: z.string().max(65_536),
    sequence: count.exactOptional(),
  }),
  z.object({
    type: z.literal("page-info"),
    path: z.string().min(1).max(8_192).startsWith("/"),
    title: z.string().max(65_536),
    icon: z.string().max(1_048_576),
  }),
  z.object({ type: z.literal("open-page"), url, port }),
  z.object({
    type: z.literal("trouble"),
    trouble: troubleSchema,
  }),
  z.object({ type: z.literal("ping") }),
  z.object({ type: z.literal("page-hidden") }),
]);

/** Port of one WebSocket (ports/page-port.ts). */
export const webSocketToCoreSchema = (maxMessageBytes: number): z.ZodType<WebSocketToCore> =>
  z.discriminatedUnion("type", [
    z.object({ type: z.literal("text"), text: z.string().max(maxMessageBytes) }),
    z.object({ type: z.literal("binary"), bytes: bytesUpTo(maxMessageBytes) }),
    z.object({ type: z.literal("close"), code: z.number().int().min(1000).max(4999), reason: z.string().max(123) }),
    z.object({ type: z.literal("credit"), limit: count }),
  ]);
