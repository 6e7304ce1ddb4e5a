import { TunnelError } from "@culvert/protocol";
import { createFakeClock } from "@culvert/protocol/testing";
import { expect, test } from "vitest";
import { RunningService, serviceDefinition } from "../services/index.ts";
import { createHandlerTarget, type ServiceHandler } from "../targets/handler-target.ts";
import { terminalLists } from "./terminal-lists.ts";

const agentId = "a".repeat(26) as Parameters<typeof serviceDefinition>[0];
const session = {
  ...{ name: "culvert::notes::primary", path: "/session/culvert__notes__primary", state: "quiet", command: "vim" },
  ...{ createdAt: 1_000, lastOutputAt: 2_000, viewers: 0, attached: 1, attachCommand: "tmux attach" },
};

function service(name: string, handler: ServiceHandler): RunningService {
  const definition = serviceDefinition(agentId, { name, target: { type: "handler", ...handler } });
  const target = createHandlerTarget({ handler, serviceName: name, label: "studio" });
  return new RunningService({ definition, target, clock: createFakeClock(), onHealth: () => {} });
}

const terminals = (answer: () => unknown): ServiceHandler => ({ terminals: async () => answer() });

test("services that have terminals are listed, others are not", async () => {
  const { services } = await terminalLists([
    service("app", { fetch: () => new Response() }),
    service(
      "terminal",
      terminals(() => ({ lost: null, sessions: [{ ...session, secret: "x" }] })),
    ),
  ]);
  expect(services).toEqual([{ serviceName: "terminal", fault: null, lost: null, sessions: [session] }]);
});

test.each<[string, () => unknown, object]>([
  ["a list of another shape", () => ({ sessions: "none" }), { code: "internal" }],
  [
    "a path to elsewhere",
    () => ({ lost: null, sessions: [{ ...session, path: "//evil.example/" }] }),
    { code: "internal" },
  ],
  [
    "a failure in words",
    () => {
      throw new TunnelError("unavailable", "tmux does not answer.", { hint: "Start it." });
    },
    { code: "unavailable", message: "tmux does not answer.", hint: "Start it." },
  ],
  [
    "a failure without",
    () => {
      throw new Error("ENOENT, open: secret-folder");
    },
    { code: "internal", message: "The terminals could not be listed." },
  ],
])("%s is said in its own place, and the others are listed", async (_, answer, fault) => {
  const { services } = await terminalLists([
    service("broken", terminals(answer)),
    service(
      "terminal",
      terminals(() => ({ lost: null, sessions: [session] })),
    ),
  ]);
  expect(services).toMatchObject([{ serviceName: "broken", sessions: [], fault }, { sessions: [session] }]);
  expect(JSON.stringify(services)).not.toContain("secret-folder");
});
