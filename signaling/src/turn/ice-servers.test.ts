/** What peers are told, and credentials as another implementation of the scheme makes them. */
import { expect, test } from "vitest";
import { IceServers } from "./ice-servers.ts";
import { turnCredentialOf } from "./turn-credentials.ts";

const nowMs = 1_800_000_000_500;

test("a credential names its end and its session, and is what coturn makes of the secret", () => {
  const made = turnCredentialOf("north", { sessionId: "session1", nowMs, lifetimeMs: 600_000 });
  // printf %s 1800000600:session1 | openssl dgst -sha1 -hmac north -binary | base64
  expect(made).toEqual({ username: "1800000600:session1", credential: "nIoYp3+xqh/Mlrtx9+wk9IoxYAQ=" });
});

test("both peers of a session are told STUN, and TURN for ten minutes", () => {
  const turn = { urls: ["turn:turn.example:3478?transport=udp"], secret: "north" };
  const servers = new IceServers({ stunUrls: ["stun:culvert.example:3478"], turn, nowMs: () => nowMs });
  expect(servers.of("session1")).toEqual([
    { urls: ["stun:culvert.example:3478"] },
    {
      urls: ["turn:turn.example:3478?transport=udp"],
      username: "1800000600:session1",
      credential: "nIoYp3+xqh/Mlrtx9+wk9IoxYAQ=",
    },
  ]);
  // Renewed with room for a message that comes late.
  expect(servers.renewalMs).toBeLessThan(500_000);
});

test("without TURN nothing lapses and nothing is renewed", () => {
  const servers = new IceServers({ stunUrls: [], turn: undefined, nowMs: () => nowMs });
  expect(servers.of("session1")).toEqual([]);
  expect(servers.renewalMs).toBeUndefined();
});
