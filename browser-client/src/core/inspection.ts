/**
 * The page's questions about its requests, answered by the core. Invariant: each question that carries a `requestId` gets one
 * answer with it.
 */
import { TunnelError } from "@culvert/protocol";
import type { InspectedBatch, InspectedDetail } from "../inspector-api.ts";
import type { Fault } from "./connection-state.ts";
import type { ExchangeContext } from "./exchange-context.ts";
import { detailOf } from "./exchange-detail.ts";
import type { ExchangeLog } from "./exchange-log.ts";
import { repeatExchange } from "./repeated-exchange.ts";

/** Page → core. */
export type ToInspection =
  | { readonly type: "inspect"; readonly isWanted: boolean }
  | { readonly type: "inspect-bodies"; readonly isWanted: boolean }
  | { readonly type: "inspect-clear" }
  | { readonly type: "inspect-detail"; readonly requestId: number; readonly id: number }
  | { readonly type: "inspect-repeat"; readonly requestId: number; readonly id: number };

/** Core → page. */
export type FromInspection =
  | { readonly type: "inspected"; readonly batch: InspectedBatch }
  | { readonly type: "inspected-detail"; readonly requestId: number; readonly detail: InspectedDetail }
  | { readonly type: "inspected-repeat"; readonly requestId: number; readonly id: number }
  | { readonly type: "inspect-failed"; readonly requestId: number; readonly fault: Fault };

export interface InspectionOptions {
  readonly log: ExchangeLog;
  /** What a request is made again with; undefined before there was a session. */
  context(): ExchangeContext | undefined;
  loopbackPort(): number | undefined;
  post(message: FromInspection): void;
}

/** One core's. */
export class Inspection {
  readonly #options: InspectionOptions;

  constructor(options: InspectionOptions) {
    this.#options = options;
  }

  receive(message: ToInspection): void {
    const { log, post, loopbackPort } = this.#options;
    switch (message.type) {
      case "inspect":
        log.watch(
          message.isWanted
            ? (batch) => post({ type: "inspected", batch: { ...batch, loopbackPort: loopbackPort() } })
            : undefined,
        );
        return;
      case "inspect-bodies":
        log.keepBodies(message.isWanted);
        return;
      case "inspect-clear":
        log.clear();
        return;
      case "inspect-detail":
        void this.#answer(message.requestId, async (requestId) => {
          const detail = await detailOf(message.id, log.find(message.id)?.kept);
          return { type: "inspected-detail", requestId, detail };
        });
        return;
      case "inspect-repeat":
        void this.#answer(message.requestId, async (requestId) => {
          return { type: "inspected-repeat", requestId, id: await this.#repeat(message.id) };
        });
    }
  }

  #repeat(id: number): Promise<number> {
    const context = this.#options.context();
    if (context === undefined) throw new TunnelError("closed", "There is no connection to the server yet.");
    return repeatExchange(id, context);
  }

  async #answer(requestId: number, ask: (requestId: number) => Promise<FromInspection>): Promise<void> {
    const { post } = this.#options;
    try {
      post(await ask(requestId));
    } catch (thrown) {
      const { code, message, hint } = TunnelError.from(thrown);
      post({ type: "inspect-failed", requestId, fault: { code, message, hint } });
    }
  }
}
