/**
 * The parts of undici that this package uses. Invariant: its front door stays shut: that gives the whole process another
 * dispatcher for its own `fetch`, and a program that embeds an agent did not ask for one.
 */
import { createRequire } from "node:module";
import type * as undici from "undici";

const require = createRequire(import.meta.url);

/** One connection to one origin, and the requests that wait for it. */
export const Client = require("undici/lib/dispatcher/client.js") as typeof undici.Client;
/** A pool of connections to one origin. */
export const Pool = require("undici/lib/dispatcher/pool.js") as typeof undici.Pool;
/** Connections to any origin. */
export const Agent = require("undici/lib/dispatcher/agent.js") as typeof undici.Agent;

interface WebSocketEvents {
  readonly CloseEvent: typeof undici.CloseEvent;
  readonly ErrorEvent: typeof undici.ErrorEvent;
  readonly MessageEvent: typeof undici.MessageEvent;
}
export type CloseEvent = undici.CloseEvent;
export type ErrorEvent = undici.ErrorEvent;
export type MessageEvent = undici.MessageEvent;
/** Events of WebSockets that Node has no classes for. */
export const { CloseEvent, ErrorEvent, MessageEvent } =
  require("undici/lib/web/websocket/events.js") as WebSocketEvents;

const apiRequest = require("undici/lib/api/api-request.js") as (
  this: undici.Dispatcher,
  options: undici.Dispatcher.RequestOptions,
) => Promise<undici.Dispatcher.ResponseData>;

/** One request over a dispatcher; its body must be read or dumped. */
export function requestOver(
  dispatcher: undici.Dispatcher,
  options: undici.Dispatcher.RequestOptions,
): Promise<undici.Dispatcher.ResponseData> {
  return apiRequest.call(dispatcher, options);
}
