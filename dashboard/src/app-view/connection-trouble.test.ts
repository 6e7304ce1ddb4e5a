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

it("says what the tunnel says while the server is online", () => {
  expect(connectionTrouble(lost, serverView())).toMatchObject({ code: "path-failed", what: "The path broke." });
});

it("says that the server is offline as soon as the list knows it", () => {
  expect(connectionTrouble(lost, serverView({ state: "disconnected", lastConnectedAt: null }))).toMatchObject({
    code: "offline",
    what: "studio-mac has not connected yet.",
  });
});
