import { TunnelError } from "@culvert/protocol";
import { expect, test } from "vitest";
import { errorKind } from "./error-kind.ts";

test.each([
  ["unauthenticated", "auth"],
  ["revoked", "auth"],
  ["target-unreachable", "refused"],
  ["target-timeout", "timeout"],
  ["policy", "policy"],
  ["not-found", "not-found"],
  ["unsupported", "unsupported"],
  ["peer-restarted", "network"],
  ["closed", "network"],
  ["canceled", "canceled"],
] as const)("%s is of kind %s", (code, kind) => {
  expect(errorKind(new TunnelError(code, "words"))).toBe(kind);
});

test("an AbortSignal's reason tells who gave up", () => {
  expect(errorKind(AbortSignal.abort().reason)).toBe("canceled");
  expect(errorKind(new DOMException("late", "TimeoutError"))).toBe("timeout");
  expect(errorKind("anything")).toBe("fault");
});
