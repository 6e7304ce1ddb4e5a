/** A log of requests for exchanges under test. */
import { createFakeClock } from "@culvert/protocol/testing";
import { ExchangeLog } from "../src/core/exchange-log.ts";

/** Times stand still in it. */
export function testLog(): ExchangeLog {
  return new ExchangeLog({ clock: createFakeClock(), wallMs: () => 0 });
}
