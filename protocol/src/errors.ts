/**
 * The one error class of the product. It is thrown where a fault is seen; who catches it decides by `scope` what dies.
 */
import { type Code, codes } from "./codes.ts";

/** What dies of a fault. */
export type ErrorScope = "stream" | "path" | "tunnel";

/** Which side caused a fault. */
export type ErrorOrigin = "local" | "remote";

/** What a TunnelError is made of; `hint` falls back to the code's own. */
export interface TunnelErrorOptions {
  readonly scope?: ErrorScope;
  readonly origin?: ErrorOrigin;
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A fault with a closed code, what dies of it, who caused it, and what a person can do. */
export class TunnelError extends Error {
  override readonly name = "TunnelError";
  readonly code: Code;
  readonly scope: ErrorScope;
  readonly origin: ErrorOrigin;
  readonly hint: string;

  constructor(code: Code, message: string, options: TunnelErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.scope = options.scope ?? "tunnel";
    this.origin = options.origin ?? "local";
    this.hint = options.hint ?? codes[code].hint;
  }

  /** Anything that was thrown, as a TunnelError: itself, or `internal` with the thing as cause. */
  static from(thrown: unknown, fallback: Code = "internal"): TunnelError {
    if (thrown instanceof TunnelError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new TunnelError(fallback, message, { cause: thrown });
  }
}
