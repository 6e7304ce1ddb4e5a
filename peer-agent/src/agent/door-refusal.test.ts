import { expect, test } from "vitest";
import { type AtTheDoor, doorRefusal } from "./door-refusal.ts";

const open: AtTheDoor = { isStopping: false, remoteAccess: true, wants: "service" };

test.each<[string, Partial<AtTheDoor>, string | undefined]>([
  ["a service that is offered", {}, undefined],
  ["the desk", { wants: "desk" }, undefined],
  ["what is not offered", { wants: "nothing known" }, "not-found"],
  ["a service while remote access is off", { remoteAccess: false }, "policy"],
  ["the desk while remote access is off", { remoteAccess: false, wants: "desk" }, undefined],
  ["the desk of an agent that stops", { isStopping: true, wants: "desk" }, "offline"],
])("%s", (_wish, standing, code) => {
  expect(doorRefusal({ ...open, ...standing })?.[0]).toBe(code);
});
