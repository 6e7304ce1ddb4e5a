import { describe, expect, it } from "vitest";
import { appPathOf, fragmentOf, typedPath, windowTitle } from "./app-address.ts";

describe("appPathOf", () => {
  it.each([
    ["", "/"],
    ["#", "/"],
    ["#/", "/"],
    ["#/src/App.tsx?x=1#top", "/src/App.tsx?x=1#top"],
    ["#a%20b", "/"],
    ["#/a%20b", "/a%20b"],
    ["#//evil.example/x", "/"],
    ["#/\\evil.example", "/"],
    ["#https://evil.example", "/"],
    ["#javascript:alert(1)", "/"],
    [`#/${"a".repeat(8_192)}`, "/"],
  ])("takes %s as %s", (fragment, path) => {
    expect(appPathOf(fragment)).toBe(path);
  });
});

it("shows where the app is", () => {
  expect(fragmentOf("/login?next=%2F")).toBe("#/login?next=%2F");
  expect(fragmentOf("nonsense")).toBe("#/");
});

it.each([
  [" docs/intro ", "/docs/intro"],
  ["/docs", "/docs"],
  ["", "/"],
  ["//evil.example", "/"],
])("takes the typed %j as %j", (typed, path) => {
  expect(typedPath(typed)).toBe(path);
});

it("titles the window by the app, then by where it runs", () => {
  expect(windowTitle("Vite + React", "vite", "studio-mac")).toBe("Vite + React – vite");
  expect(windowTitle(" ", "vite", "studio-mac")).toBe("vite – studio-mac");
});
