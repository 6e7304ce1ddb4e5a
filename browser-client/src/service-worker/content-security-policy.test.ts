import { expect, test } from "vitest";
import { admitScript, splitPolicies, withOwnNames, withoutDirectives } from "./content-security-policy.ts";

const shim = "https://x.example/.culvert/shim.js";

function admitted(...policies: string[]) {
  return admitScript(policies, shim, "fresh");
}

test.each([
  ["img-src 'self'", "img-src 'self'", "says nothing of scripts"],
  ["script-src 'self'", `script-src 'self' ${shim}`, "gets the URL"],
  ["script-src 'none'", `script-src ${shim}`, "'none' cannot stand beside it"],
  ["script-src 'unsafe-inline' 'self'", `script-src 'unsafe-inline' 'self' ${shim}`, "keeps its inline scripts"],
  ["script-src 'nonce-abc'", `script-src 'nonce-abc' ${shim}`, "a URL does beside a nonce"],
  [
    "script-src a.example; script-src-elem b.example",
    `script-src a.example; script-src-elem b.example ${shim}`,
    "elements first",
  ],
  [
    "default-src 'self'; img-src *",
    `default-src 'self'; img-src *; script-src-elem 'self' ${shim}`,
    "is not widened for the rest",
  ],
  ["default-src 'none'", `default-src 'none'; script-src-elem ${shim}`, "gets a directive for scripts alone"],
  ["Script-Src  'self'; script-src *", `script-src 'self' ${shim}`, "only the first of a name counts"],
])("%s → %s: %s", (policy, wanted) => {
  expect(admitted(policy)).toEqual({ policies: [wanted], nonce: undefined });
});

test("under strict-dynamic the app's own nonce is used", () => {
  const policy = "script-src 'nonce-R4nd+/=' 'strict-dynamic' https:";
  expect(admitted(policy)).toEqual({ policies: [policy], nonce: "R4nd+/=" });
});

test("under strict-dynamic with hashes alone a fresh nonce is added", () => {
  expect(admitted("script-src 'sha256-abc' 'strict-dynamic'")).toEqual({
    policies: ["script-src 'sha256-abc' 'strict-dynamic' 'nonce-fresh'"],
    nonce: "fresh",
  });
});

test("every policy admits the one script, with one nonce for all that need it", () => {
  const grant = admitted(
    "script-src 'self'",
    "script-src 'nonce-a' 'strict-dynamic'",
    "script-src 'nonce-b' 'strict-dynamic'",
  );
  expect(grant).toEqual({
    policies: [
      `script-src 'self' ${shim}`,
      "script-src 'nonce-a' 'strict-dynamic'",
      "script-src 'nonce-b' 'strict-dynamic' 'nonce-a'",
    ],
    nonce: "a",
  });
});

test("directives are taken out, the others stay as written", () => {
  const policy = "img-src  *; Frame-Ancestors 'none';upgrade-insecure-requests";
  expect(withoutDirectives(policy, ["frame-ancestors", "upgrade-insecure-requests"])).toBe("img-src  *");
});

test("policies are split over headers and commas", () => {
  expect(splitPolicies(["a b, c d", "", "e"]).map((policy) => policy.trim())).toEqual(["a b", "c d", "e"]);
});

const names = ["http://localhost:3000", "http://127.0.0.1:3000"];
const both = "http://localhost:3000 http://127.0.0.1:3000";
test.each([
  ["img-src 'self'", `img-src 'self' ${both}`, "the app's origin goes by all of its names"],
  ["default-src 'SELF' a.example; img-src *", `default-src 'SELF' a.example ${both}; img-src *`, "in any case"],
  ["connect-src http://localhost:3000", "connect-src http://localhost:3000 'self'", "a name stands for the origin"],
  ["img-src http://127.0.0.1:3000/images/", "img-src http://127.0.0.1:3000/images/ 'self'", "also with a path"],
  ["form-action 'self'; base-uri 'none'", `form-action 'self' ${both}; base-uri 'none'`, "forms too"],
  ["connect-src http://localhost:30001", "connect-src http://localhost:30001", "another port is another place"],
  ["sandbox; report-uri 'self'", "sandbox; report-uri 'self'", "what lists no sources stays"],
])("%s → %s: %s", (policy, wanted) => {
  expect(withOwnNames([policy], names)).toEqual([wanted]);
  expect(withOwnNames([policy], [])).toEqual([policy]);
});
