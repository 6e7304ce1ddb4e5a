/**
 * One request to Culvert's API: the answer through its schema, or a TunnelError that says what happened.
 * Invariant: nothing but TunnelError is thrown; an unreachable server is always the code `network`.
 */
import { TunnelError } from "@culvert/protocol";
import { z } from "zod";
/** What a request is made of; `body` is sent as JSON. */
export interface ApiRequestOptions<Answer> {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly schema: z.ZodType<Answer>;
  readonly signal?: AbortSignal | undefined;
}
/** Sends a request to this origin's API and gives the checked answer. */
export declare function apiRequest<Answer>(path: string, options: ApiRequestOptions<Answer>): Promise<Answer>;
/** The fault that an answer with a failing status stands for. */
export declare function faultOf(status: number, body: unknown): TunnelError;
