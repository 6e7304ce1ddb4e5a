/**
 * A server's desk for as long as a page shows it: opened at the first question, again where the tunnel is lost.
 * Invariant: after `close` nothing of it is left.
 */
import type { AgentDesk } from "@culvert/browser-client";
import { TunnelError } from "@culvert/protocol";
import { deskServiceName } from "@culvert/protocol/signaling";
import type { z } from "zod";
import { createSession } from "../api/servers.ts";
import { socketProtocols } from "../proof/page-proof.ts";
import { pagePart } from "../setup/page-part.ts";

/** Faults after which the same question is asked once more over a new tunnel: its agent restarted, or it lapsed. */
const reopening: ReadonlySet<string> = new Set([
  "closed",
  "network",
  "offline",
  "peer-restarted",
  "path-failed",
  "expired",
]);

/** What a desk is opened for. */
export interface DeskTarget {
  readonly serverId: string;
  readonly accountId: string;
  readonly label: string;
  readonly locked: boolean;
}

export class DeskClient {
  readonly #target: DeskTarget;
  #desk: Promise<AgentDesk> | undefined;
  #closed = false;

  constructor(target: DeskTarget) {
    this.#target = target;
  }

  /** Asks; rejects with the refusal of signaling or of the agent. */
  async ask<Answer>(
    method: "GET" | "POST" | "DELETE",
    path: string,
    schema: z.ZodType<Answer>,
    body?: object,
  ): Promise<Answer> {
    const wasOpen = this.#desk !== undefined;
    const desk = await this.#open();
    try {
      return await desk.ask(method, path, schema, body);
    } catch (thrown) {
      // A change may have happened: only a question is asked again.
      if (!wasOpen || method !== "GET" || !reopening.has(TunnelError.from(thrown).code)) throw thrown;
      this.#let(desk);
      return (await this.#open()).ask(method, path, schema, body);
    }
  }

  close(): void {
    this.#closed = true;
    void this.#desk?.then((desk) => desk.close()).catch(() => {});
    this.#desk = undefined;
  }

  async #open(): Promise<AgentDesk> {
    if (this.#closed) throw new TunnelError("canceled", "The page was left.");
    this.#desk ??= this.#connect();
    try {
      return await this.#desk;
    } catch (thrown) {
      this.#desk = undefined;
      throw thrown;
    }
  }

  async #connect(): Promise<AgentDesk> {
    const { serverId } = this.#target;
    const { openDesk, requirePin } = await pagePart(() => import("../app-view/engine.ts"));
    await requirePin(this.#target, Date.now());
    const desk = await openDesk({
      serverId,
      createSession: (deviceKey) => createSession(serverId, deskServiceName, deviceKey),
      ...(socketProtocols === undefined ? {} : { socketProtocols }),
    });
    if (this.#closed) desk.close();
    return desk;
  }

  #let(desk: AgentDesk): void {
    desk.close();
    this.#desk = undefined;
  }
}
