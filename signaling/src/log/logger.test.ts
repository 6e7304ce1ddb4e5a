/** What a log line may hold. */
import { TunnelError } from "@culvert/protocol";
import { expect, test } from "vitest";
import { createLogger } from "./logger.ts";

function logged(fields: Record<string, unknown>): string {
  const lines: string[] = [];
  createLogger("info", { write: (line) => lines.push(line) }).info(fields, "something happened");
  return lines.join("");
}

test("a foreign error's message stays out, its class and place do not", () => {
  const line = logged({ err: new SyntaxError("Unexpected token canary-4711 in JSON") });
  expect(line).not.toContain("canary-4711");
  expect(line).toContain("SyntaxError");
  expect(line).toContain("logger.test.ts");
});

test("our own error's words are logged", () => {
  expect(logged({ err: new TunnelError("offline", "studio-mac is not connected") })).toContain(
    "studio-mac is not connected",
  );
});

test("requests and responses are never logged whole", () => {
  const line = logged({ req: { url: "/canary", headers: { cookie: "canary" } }, res: { headers: "canary" } });
  expect(line).not.toContain("canary");
});
