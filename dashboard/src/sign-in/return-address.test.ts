import { beforeEach, expect, it } from "vitest";
import { rememberReturnAddress, type TabStorage, takeReturnAddress } from "./return-address.ts";

let entries: Map<string, string>;
let storage: TabStorage;

beforeEach(() => {
  entries = new Map();
  storage = {
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => void entries.set(key, value),
    removeItem: (key) => void entries.delete(key),
  };
});

it("brings the reader back to the page and the app's path, once", () => {
  rememberReturnAddress(storage, "/app-view/abc/vite#/src/App.tsx?x=1");
  expect(takeReturnAddress(storage)).toBe("/app-view/abc/vite#/src/App.tsx?x=1");
  expect(takeReturnAddress(storage)).toBe("/");
});

it.each(["//evil.example/", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "/sign-in"])(
  "does not remember %s",
  (address) => {
    rememberReturnAddress(storage, address);
    expect(takeReturnAddress(storage)).toBe("/");
  },
);

it("does not follow what something else wrote into the storage", () => {
  entries.set("culvert.return-address", "//evil.example/");
  expect(takeReturnAddress(storage)).toBe("/");
});
