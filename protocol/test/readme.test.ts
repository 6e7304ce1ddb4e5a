/** Holds README.md to code that runs. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createNoblePrimitives, nobleKeyPair } from "../src/seal/noble.ts";
import { createFakeClock, createMemoryPathPair, createSeededRandom } from "../src/testing/index.ts";
import { askForPage, serveGreeting } from "./readme-example.ts";

const textOf = (file: string): string => readFileSync(new URL(file, import.meta.url), "utf8");

describe("README.md", () => {
  it.each(["agent", "viewer"])("shows the %s snippet as it runs", (name) => {
    const [, snippet = ""] = textOf("readme-example.ts").split(new RegExp(`^// (?:begin|end) ${name}\n`, "m"));
    expect(snippet.length).toBeGreaterThan(100);
    expect(textOf("../README.md")).toContain(`\`\`\`ts\n${snippet}\`\`\``);
  });

  it("has snippets that work together", async () => {
    const clock = createFakeClock();
    const primitives = createNoblePrimitives((length) => createSeededRandom(length).bytes(length));
    const [deviceKey, noiseKey] = [1, 2].map((fill) => nobleKeyPair(new Uint8Array(32).fill(fill)));
    if (deviceKey === undefined || noiseKey === undefined) throw new Error("two keys were made");
    const context = { sessionId: "session", serverId: "server", serviceId: "service", relayPolicy: "full" } as const;
    const pipe = createMemoryPathPair({ kind: "relay" });
    serveGreeting({ primitives, clock, noiseKey, admit: async () => ({ type: "accepted" }) }, pipe.second, context);
    const agentNoiseKey = noiseKey.publicKey;
    const viewer = { ...context, primitives, clock, deviceKey, agentNoiseKey, token: "token" };
    expect(await askForPage({ ...viewer, path: pipe.first, pathId: 1 }, "/hello")).toBe("200 You asked for /hello");
  });
});
