/**
 * A request of the log made again: the headers and the body that it had, with the cookies of now.
 * Invariant: it passes the agent's policy like any request; its answer goes nowhere but into the log and the cookie jar.
 */
import { TunnelError } from "@culvert/protocol";
import { type HeaderList, sendRequest } from "@culvert/protocol/http";
import type { ExchangeContext } from "./exchange-context.ts";
import type { ExchangeRecord } from "./exchange-record.ts";
import type { KeptExchange } from "./kept-exchange.ts";
import { splitResponse } from "./response-headers.ts";

/** Nobody waits for an answer that does not end, as a stream of events. */
const repeatMs = 60_000;

/** Resolves with the new one's id as it is sent. Rejects with `not-found` or `invalid-request`, in words. */
export async function repeatExchange(id: number, context: ExchangeContext): Promise<number> {
  const original = context.log.find(id);
  const kept = original?.kept;
  if (original === undefined || kept === undefined) {
    throw new TunnelError("not-found", "This request was too long ago: what it sent is not kept any more.");
  }
  if (original.row.kind === "websocket") {
    throw new TunnelError("invalid-request", "A WebSocket is not one request that could be made again.");
  }
  // A part of it, sent as the whole, would have the app store half a file.
  if (kept.hasBody && !kept.requestBody.isEnded) {
    throw new TunnelError("invalid-request", "The body of this request was not sent to its end.", {
      hint: "Make the request in the app again, let it finish, then repeat that one.",
    });
  }
  if (kept.hasBody && !kept.requestBody.isWhole) {
    throw new TunnelError("invalid-request", "The body of this request was not kept.", {
      hint: "Turn on bodies, make the request in the app again, then repeat that one.",
    });
  }
  const { method, path } = kept;
  const { destination } = original.row;
  const record = context.log.begin({ kind: "http", method, path, destination, replayOf: id });
  void run(kept, record, context);
  return record.id;
}

async function run(kept: KeptExchange, record: ExchangeRecord, context: ExchangeContext): Promise<void> {
  const { cookies, appOrigin, clock } = context;
  const { method, path, hasBody } = kept;
  const cancel = clock.setTimer(repeatMs, () => sent?.cancel("timeout"));
  let sent: ReturnType<typeof sendRequest> | undefined;
  try {
    const stream = await context.openStream("http");
    const headers = withCookies(kept.requestHeaders, cookies.headerFor(path, "strict"));
    record.sent(headers, hasBody);
    sent = sendRequest(stream, { method, path, headers, hasBody });
    if (hasBody) {
      const body = kept.requestBody.bytes();
      record.requestBytes(body);
      record.requestEnded();
      await sent.writeBody(body);
      await sent.endBody();
    }
    const head = await sent.readHead();
    record.answered(head);
    cookies.takeResponse(splitResponse(head, appOrigin).setCookies, path);
    for (let bytes = await sent.readBody(); bytes !== null; bytes = await sent.readBody()) record.answerBytes(bytes);
    record.answerEnded();
  } catch (thrown) {
    record.failed(TunnelError.from(thrown));
  } finally {
    cancel();
    record.end();
  }
}

/** A request that went without cookies goes without them again. */
function withCookies(headers: HeaderList, cookie: string): HeaderList {
  return headers.flatMap(([name, value]): HeaderList => {
    if (name.toLowerCase() !== "cookie") return [[name, value]];
    return cookie === "" ? [] : [[name, cookie]];
  });
}
