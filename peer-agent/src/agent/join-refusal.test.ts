import { expect, test } from "vitest";
import { type JoinSituation, joinRefusal } from "./join-refusal.ts";

const usual = { isStopping: false, isDesk: false, isOffered: true, remoteAccess: true };

test.each<[string, Partial<JoinSituation>, string | undefined]>([
  ["a service that is offered", {}, undefined],
  ["a service that is not", { isOffered: false }, "not-found"],
  ["a service while remote access is off", { remoteAccess: false }, "policy"],
  ["the desk while remote access is off", { isDesk: true, isOffered: false, remoteAccess: false }, undefined],
  ["a service while the agent stops", { isStopping: true }, "offline"],
  ["the desk while the agent stops", { isDesk: true, isOffered: false, isStopping: true }, "offline"],
])("%s", (_, situation, code) => {
  expect(joinRefusal({ ...usual, ...situation })?.[0]).toBe(code);
});
