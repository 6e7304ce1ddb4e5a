/** Signaling as the enemy of the browser's join: every kind of message that a server may send, lost, doubled or forged. */
import { toViewerSchema } from "@culvert/protocol/signaling";
import { createFakeClock } from "@culvert/protocol/testing";
import { expect, it } from "vitest";
import { type JoinSocket, joinRelay } from "./relay-join.ts";

const kinds = toViewerSchema.options.map(({ shape }) => shape.type.value);

/** One good message of each kind, and what it comes to as the first message and after a join. */
const messages: Readonly<Record<(typeof kinds)[number], { message: object; first: string; late: readonly string[] }>> =
  {
    "ice-servers": { message: { type: "ice-servers", iceServers: [] }, first: "timeout", late: [] },
    joined: { message: { type: "joined", relayId: 9, serverTimeMs: 0 }, first: "joined", late: [] },
    "peer-left": { message: { type: "peer-left", code: "offline" }, first: "offline", late: ["close offline"] },
    error: {
      message: { type: "error", code: "revoked", message: "taken back", hint: "" },
      first: "revoked",
      late: ["close revoked"],
    },
  };

function setUp() {
  const socket: JoinSocket = {
    ...{ binaryType: "blob", bufferedAmount: 0, onopen: null, onmessage: null, onclose: null },
    send() {},
    close() {},
  };
  const clock = createFakeClock();
  const { signal } = new AbortController();
  const joining = joinRelay({
    ...{ signalingUrl: "ws://x/", signalingTicket: "t", clock, signal },
    openSocket: () => socket,
  });
  const say = (message: object): void => socket.onmessage?.({ data: JSON.stringify(message) } as MessageEvent);
  const outcome = joining.then(
    () => "joined",
    ({ code }) => code as string,
  );
  return { clock, joining, outcome, say };
}

it.each(kinds)("%s ends the join by its meaning, as the first message and twice", async (kind) => {
  const { clock, outcome, say } = setUp();
  say(messages[kind].message);
  say(messages[kind].message);
  await clock.advance(10_000);
  expect(await outcome).toBe(messages[kind].first);
});

it.each(kinds)("%s after the join does no more than to end the path, once", async (kind) => {
  const { joining, say } = setUp();
  say(messages.joined.message);
  const path = await joining;
  const seen: string[] = [];
  path.attach({ onMessage: () => seen.push("message"), onDrain() {}, onClose: (code) => seen.push(`close ${code}`) });
  say(messages[kind].message);
  say(messages[kind].message);
  expect(seen).toEqual(messages[kind].late);
});

it.each(kinds)("%s with its fields changed is a protocol-error, never a join", async (kind) => {
  for (const field of Object.keys(messages[kind].message)) {
    const { outcome, say } = setUp();
    say({ ...messages[kind].message, [field]: { not: "this" } });
    expect(await outcome, field).toMatch(/^protocol-error$/);
  }
});

it("a server that says nothing is given up after ten seconds, with nothing left", async () => {
  const { clock, outcome } = setUp();
  await clock.advance(10_000);
  expect(await outcome).toBe("timeout");
  expect(clock.pendingTimers()).toBe(0);
});
