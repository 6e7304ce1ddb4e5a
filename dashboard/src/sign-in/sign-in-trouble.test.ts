import { type Code, TunnelError } from "@culvert/protocol";
import { expect, it } from "vitest";
import { linkTrouble, passwordTrouble } from "./sign-in-trouble.ts";

const fault = (code: Code): TunnelError => new TunnelError(code, "what the server said");

it.each([
  ["expired", "This sign-in link has expired"],
  ["already-used", "This sign-in link was used before"],
  ["not-found", "This sign-in link is not valid"],
  ["invalid-request", "This sign-in link is not valid"],
] as const)("says of a link that is %s: %s, and how to get a new one", (code, headline) => {
  const trouble = linkTrouble(fault(code));
  expect(trouble.headline).toBe(headline);
  expect(trouble.remedy).toContain("`npm start`");
});

it("does not blame the link for a server that is away", () => {
  expect(linkTrouble(fault("network"))).toMatchObject({ code: "network", what: "what the server said." });
});

it("does not say which of email and password is wrong", () => {
  expect(passwordTrouble(fault("unauthenticated"))).toMatchObject({ headline: "Email and password do not match" });
  expect(passwordTrouble(fault("rate-limited")).code).toBe("rate-limited");
});
