import type { AppTrouble } from "@culvert/browser-client";
import { expect, it } from "vitest";
import { troubleCount, troubleGroups } from "./app-troubles.ts";

const troubles: readonly AppTrouble[] = [
  { kind: "loopback", detail: "http://localhost:8000" },
  { kind: "sync-request", detail: "/api/state" },
  { kind: "loopback", detail: "http://127.0.0.1:9000" },
];

it("puts troubles of a kind together, in the order in which they came", () => {
  expect(troubleGroups(troubles).map(({ kind, details }) => [kind, details])).toEqual([
    ["loopback", ["http://localhost:8000", "http://127.0.0.1:9000"]],
    ["sync-request", ["/api/state"]],
  ]);
});

it("has a title and a reason for each kind, in whole sentences", () => {
  const kinds: AppTrouble["kind"][] = ["sync-request", "worker", "service-worker", "embedded", "loopback", "sign-in"];
  for (const { title, why } of troubleGroups(kinds.map((kind) => ({ kind, detail: "" })))) {
    expect(title).toMatch(/^[A-Z][^.]+$/);
    expect(why).toMatch(/^[A-Z].+\.$/);
  }
});

it("counts", () => {
  expect(troubleCount(troubles.slice(0, 1))).toBe("1 thing does not work here");
  expect(troubleCount(troubles)).toBe("3 things do not work here");
});
