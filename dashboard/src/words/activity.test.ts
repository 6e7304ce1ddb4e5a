import type { AuditEventView } from "@culvert/protocol/signaling";
import { expect, test } from "vitest";
import { activityKinds, activityWords } from "./activity.ts";

const event = (action: string, details: Record<string, string>, subject = "s"): AuditEventView => ({
  ...{ sequence: 1, at: 0, who: "ada@example.org", memberId: "m", address: "::1" },
  ...{ action, details, subject },
});

test.each([
  ["sign-in", { method: "passkey" }, "signed in with a passkey"],
  ["sign-in", { method: "link" }, "signed in with a one-time link"],
  ["sign-out", {}, "signed out"],
  ["open", { serverId: "x", serviceName: "vite" }, "opened vite"],
  ["enrol", { label: "studio-mac" }, "enrolled studio-mac"],
  ["enrol", { label: "ada@example.org" }, "was enrolled"],
  ["share", { serviceName: "vite" }, "shared vite"],
  ["rename", { label: "attic" }, "named a server attic"],
  ["rename", { label: "attic", group: "lab" }, "put attic into the group lab"],
  ["rename", { label: "attic", group: "" }, "took attic out of its group"],
  ["remove", { member: "bob@example.org", role: "auditor" }, "removed bob@example.org"],
  ["invite", { role: "operator", note: "Grace" }, "invited Grace as operator"],
  ["invite", { role: "operator" }, "invited somebody as operator"],
  ["join", { role: "operator" }, "joined as operator"],
  ["revoke", { what: "sign-in", because: "it was taken back" }, "took back a sign-in: it was taken back"],
  ["revoke", { what: "invitation", role: "owner" }, "took back an invitation"],
  ["revoke", {}, "took back a remote session"],
  ["deny", { what: "sign-in", method: "password", because: "401" }, "was refused a sign-in with a password"],
  [
    "deny",
    { what: "sign-in", method: "password", because: "too many tries" },
    "was refused a sign-in with a password: too many tries",
  ],
  ["deny", { what: "invitation", code: "expired" }, "was refused an invitation: expired"],
  ["deny", { method: "link", code: "already-used" }, "was refused a one-time link: already-used"],
  ["settings", { what: "password set" }, "password set"],
  ["settings", { member: "bob@example.org", from: "auditor", to: "owner" }, "made bob@example.org an owner"],
  ["settings", { name: "Ada", email: "ada@example.org" }, "set their name and email: Ada, ada@example.org"],
  ["something-new", { a: "b" }, "something-new · b"],
])("%s %o", (action, details, words) => {
  expect(activityWords(event(action, details))).toBe(words);
});

test("a role's refusal names the route", () => {
  expect(activityWords(event("deny", { role: "auditor" }, "POST /api/enrollments"))).toBe(
    "was refused as auditor: POST /api/enrollments",
  );
});

test("every kind asks for actions without repeating one, the first for all", () => {
  expect(activityKinds[0]?.actions).toBe("");
  for (const { actions } of activityKinds) {
    const asked = actions.split(",");
    expect(new Set(asked).size).toBe(asked.length);
  }
});
