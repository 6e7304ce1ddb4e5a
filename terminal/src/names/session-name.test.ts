import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isNamePart,
  readSessionName,
  sessionId,
  sessionName,
  sessionOfId,
  workspaceOf,
  writeSessionName,
} from "./session-name.ts";

const part = fc.stringMatching(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/);

test("a name, what people write and what tmux calls it lead to each other", () => {
  fc.assert(
    fc.property(part, part, part, (prefix, workspace, slot) => {
      const name = { prefix, workspace, slot };
      expect(readSessionName(writeSessionName(name))).toEqual(name);
      expect(sessionOfId(sessionId(name))).toEqual(name);
    }),
  );
});

test("the slot is primary unless it is named", () => {
  expect(readSessionName("culvert::notes")).toEqual({ prefix: "culvert", workspace: "notes", slot: "primary" });
  expect(readSessionName("culvert::notes::build")).toMatchObject({ slot: "build" });
});

test.each([
  "",
  "culvert",
  "culvert::",
  "culvert::a b",
  "culvert::a::b::c",
  "culvert::-a",
  "culvert::a_b",
  "culvert::../etc",
  "culvert::$(id)",
  "culvert::a;b",
  "culvert::a\nb",
  "culvert::#{pane_id}",
  `culvert::${"a".repeat(33)}`,
])("%j is no name", (text) => {
  expect(readSessionName(text)).toBeUndefined();
});

test.each(["a__b", "a__b__c__d", "a__b__", "__b__c", "a__b__c:0", "=a__b__c"])("%j is nobody's id", (id) => {
  expect(sessionOfId(id)).toBeUndefined();
});

test("whatever a folder is called, its workspace can stand in a name", () => {
  expect([
    workspaceOf("my_project.js"),
    workspaceOf("Café ☕"),
    workspaceOf("..."),
    workspaceOf("a".repeat(60)),
  ]).toEqual(["my-project-js", "Cafe", "home", "a".repeat(32)]);
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (folder) => {
      expect(isNamePart(workspaceOf(folder))).toBe(true);
      expect(sessionName("culvert", workspaceOf(folder))).toBeDefined();
    }),
  );
});
