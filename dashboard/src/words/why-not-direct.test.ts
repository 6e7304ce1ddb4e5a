import { expect, test } from "vitest";
import { whyNotDirect } from "./why-not-direct.ts";

const open = { phase: "open", rttMs: 40, steps: [] } as const;
const fault = (code: "timeout" | "path-failed" | "unsupported" | "policy" | "internal") => ({
  directFault: { code, message: "the channel was closed.", hint: "" },
});

test("a direct way needs no excuse", () => {
  expect(whyNotDirect({ ...open, pathKind: "direct" }, "studio-mac")).toBeUndefined();
});

test("TURN is there because nothing goes straight", () => {
  expect(whyNotDirect({ ...open, pathKind: "turn" }, "studio-mac")?.why).toContain("reached studio-mac straight");
});

test.each([
  [{}, "is being tried", "need not wait"],
  [fault("timeout"), "firewall on one side", "Another network"],
  [fault("path-failed"), "lost each other again (the channel was closed)", "Another network"],
  [fault("unsupported"), "switched off", "Allow WebRTC"],
  [fault("policy"), "policy on studio-mac", "Change the policy"],
  [fault("internal"), "The last try failed: the channel was closed.", "Another network"],
] as const)("on the relay with %j it says why and what to do", (more, why, remedy) => {
  const words = whyNotDirect({ ...open, pathKind: "relay", ...more }, "studio-mac");
  expect(words?.why).toContain(why);
  expect(words?.remedy).toContain(remedy);
});
