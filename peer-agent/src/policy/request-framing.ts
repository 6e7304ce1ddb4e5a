/**
 * How a request's body is framed towards a target. Invariant: the agent decides it; a length that could be read in two
 * ways is refused, so that a target sees exactly the requests that were sent (RFC 9112 §6.3, §11.2). Pure.
 */
import { type Failure, failure, type HeaderList, type RequestHead } from "@culvert/protocol/http";

/** Lengths up to 2^53 - 1: beyond it a number is not exact. */
const lengthPattern = /^(0|[1-9][0-9]{0,14})$/;
const framingNames: ReadonlySet<string> = new Set(["content-length", "transfer-encoding"]);
/** Methods of which targets want to hear that there is no body (RFC 9110 §8.6). */
const bodyMethods: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

/** Headers with at most one, plain Content-Length and no Transfer-Encoding, or why there are none. */
export type FramedHeaders =
  | { readonly type: "framed"; readonly headers: HeaderList }
  | { readonly type: "refused"; readonly failure: Failure };

/** The headers that go on. A body without a length is sent in chunks; a length without a body is dropped. */
export function framedHeaders({ method, headers, hasBody }: RequestHead): FramedHeaders {
  const lengths = headers.filter(([name]) => name.toLowerCase() === "content-length").map(([, value]) => value);
  const others = headers.filter(([name]) => !framingNames.has(name.toLowerCase()));
  const [length] = lengths;
  if (lengths.length > 1) return refused(`it has ${lengths.length} lengths`);
  if (length !== undefined && !lengthPattern.test(length)) return refused("its length is no plain number");
  if (!hasBody) {
    if (length !== undefined && length !== "0") return refused("it has a length and no body");
    return framed(bodyMethods.has(method) ? [...others, ["Content-Length", "0"]] : others);
  }
  return framed(length === undefined ? others : [...others, ["Content-Length", length]]);
}

function framed(headers: HeaderList): FramedHeaders {
  return { type: "framed", headers };
}

function refused(reason: string): FramedHeaders {
  return { type: "refused", failure: failure("invalid-request", `The request is refused: ${reason}.`) };
}
