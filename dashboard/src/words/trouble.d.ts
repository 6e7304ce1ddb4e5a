/** Faults as people read them: a headline, what happened, what to do. */
import { type Code } from "@culvert/protocol";
/** A fault in words; `remedy` may be empty. */
export interface Trouble {
  readonly code: Code;
  readonly headline: string;
  readonly what: string;
  readonly remedy: string;
}
/** A code with its message as a trouble; without a message the code's own meaning speaks. */
export declare function troubleOf(fault: {
  readonly code: Code;
  readonly message: string;
  readonly hint: string;
}): Trouble;
/** Anything that was thrown, as a trouble. */
export declare function troubleFrom(thrown: unknown): Trouble;
