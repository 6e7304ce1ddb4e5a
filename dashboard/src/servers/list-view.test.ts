import type { ServerView } from "@culvert/protocol/signaling";
import { describe, expect, it } from "vitest";
import { serverView } from "../words/server-view.fixture.ts";
import { inOrder, type ListView, listRows } from "./list-view.ts";

const plain: ListView = { search: "", state: "any", order: "online", group: "none" };

function named(label: string, letter: string, changes: Partial<ServerView> = {}): ServerView {
  return serverView({ label, serverId: letter.repeat(26) as ServerView["serverId"], ...changes });
}

const servers = [
  named("a-off", "a", { state: "disconnected", lastConnectedAt: 5_000 }),
  named("pi-10", "b", { platform: "linux" }),
  named("pi-9", "c", { state: "degraded", platform: "linux-arm64", version: "1.10.0" }),
  named("twin", "e"),
  named("twin", "d", { viewers: [{}, {}] as unknown as NonNullable<ServerView["viewers"]> }),
  named("b-off", "f", { state: "disconnected", lastConnectedAt: 9_000 }),
  named("never", "g", { state: "disconnected", lastConnectedAt: null, platform: "", version: "" }),
];

const letters = (found: readonly ServerView[]): string => found.map(({ serverId }) => serverId.charAt(0)).join("");
const lines = (view: Partial<ListView>): string[] =>
  listRows(servers, { ...plain, ...view }).map((row) =>
    row.kind === "group" ? `${row.title} ${row.count}` : row.key.charAt(0),
  );

describe("inOrder", () => {
  it.each([
    ["online", "cbdeafg"],
    ["name", "afgcbde"],
    ["seen", "cbdefag"],
    ["viewers", "dafgcbe"],
  ] as const)("puts %s as %s, then by label as people count, then by id", (order, wanted) => {
    expect(letters(inOrder(servers, order))).toBe(wanted);
  });

  it("leaves the list that it was given as it was", () => {
    inOrder(servers, "name");
    expect(letters(servers)).toBe("abcedfg");
  });
});

describe("listRows", () => {
  it("groups by state, best first", () => {
    expect(lines({ group: "state" })).toEqual([
      "Ready 3",
      "b",
      "d",
      "e",
      "Degraded 1",
      "c",
      "Offline 3",
      "a",
      "f",
      "g",
    ]);
  });

  it("groups by the groups that an owner made, and lists what is in none last", () => {
    const grouped = [named("a", "a"), named("b", "b", { group: "office" }), named("c", "c", { group: "lab" })];
    const rows = listRows(grouped, { ...plain, group: "own" });
    expect(rows.map((row) => (row.kind === "group" ? row.title : row.key.charAt(0)))).toEqual([
      ...["lab", "c", "office", "b", "In no group", "a"],
    ]);
  });

  it("groups by system and by version, by name and as people count", () => {
    expect(lines({ group: "system" }).filter((line) => line.length > 1)).toEqual([
      "Linux 2",
      "macOS 4",
      "Not known yet 1",
    ]);
    expect(lines({ group: "version" }).filter((line) => line.length > 1)).toEqual([
      "Not known yet 1",
      "Version 1.4.0 5",
      "Version 1.10.0 1",
    ]);
  });

  it("shows what search and filter leave, and no empty group", () => {
    expect(lines({ search: "linux", group: "state" })).toEqual(["Ready 1", "b", "Degraded 1", "c"]);
    expect(lines({ state: "disconnected" })).toEqual(["a", "f", "g"]);
    expect(lines({ state: "degraded", search: "macos" })).toEqual([]);
  });
});
