import { expect, it } from "vitest";
import { serverView } from "../words/server-view.fixture.ts";
import { connectionTrouble } from "./connection-trouble.ts";

const lost = {
  phase: "lost",
  code: "path-failed",
  message: "The path broke.",
  hint: "It is rebuilt by itself.",
  attempt: 1,
  steps: [],
} as const;

it("has nothing to say while the view connects, is open or was closed", () => {
  expect(connectionTrouble({ phase: "connecting", steps: [] }, undefined)).toBeUndefined();
  expect(connectionTrouble({ phase: "open", pathKind: "direct", rttMs: 1, steps: [] }, serverView())).toBeUndefined();
  expect(connectionTrouble({ phase: "closed" }, undefined)).toBeUndefined();
});

it("says of a loss that is being mended what it means, not what the tunnel saw", () => {
  expect(connectionTrouble(lost, serverView())).toMatchObject({
    code: "path-failed",
    what: "The connection to studio-mac broke.",
    remedy: "It is being rebuilt; you need not do anything.",
  });
  expect(connectionTrouble({ ...lost, code: "timeout" }, undefined)?.what).toBe(
    "Nothing has come from the server for a while.",
  );
});

it("lets the tunnel speak where there are no better words, and of everything that will not mend itself", () => {
  expect(connectionTrouble({ ...lost, code: "limit-reached" }, serverView())?.what).toBe("The path broke.");
  expect(
    connectionTrouble(
      { phase: "failed", code: "timeout", message: "No answer in 20 s", hint: "h", steps: [] },
      undefined,
    ),
  ).toMatchObject({ what: "No answer in 20 s.", remedy: "h" });
});

it("says that the server is offline as soon as the list knows it", () => {
  expect(connectionTrouble(lost, serverView({ state: "disconnected", lastConnectedAt: null }))).toMatchObject({
    code: "offline",
    what: "studio-mac has not connected yet.",
  });
});
