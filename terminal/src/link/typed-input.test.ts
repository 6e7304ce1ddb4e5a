import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeInput, encodeInput, PendingInput, TakenInput } from "./typed-input.ts";

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

test("a message is its number and its bytes", () => {
  const message = { number: 258, bytes: bytes("ls\r") };
  expect(Buffer.from(encodeInput(message)).toString("hex")).toBe("000001026c730d");
  expect(decodeInput(encodeInput(message))).toEqual(message);
});

test.each(["", "00000001", "0000000061"])("%j is no message", (hex) => {
  expect(decodeInput(Buffer.from(hex, "hex"))).toBeUndefined();
});

test("a message longer than one may be is none", () => {
  expect(decodeInput(new Uint8Array(4 + 32 * 1024 + 1).fill(1))).toBeUndefined();
});

test("a long paste goes in messages that may be", () => {
  const page = new PendingInput();
  const messages = page.add(new Uint8Array(70_000).fill(97));
  expect(messages.map(({ number, bytes: part }) => [number, part.length])).toEqual([
    [1, 32_768],
    [2, 32_768],
    [3, 4_464],
  ]);
});

test("more than a page may keep is refused as a whole", () => {
  const page = new PendingInput();
  page.add(new Uint8Array(256 * 1024));
  expect(page.add(bytes("x"))).toEqual([]);
  page.taken(8);
  expect(page.add(bytes("x"))).toMatchObject([{ number: 9 }]);
});

test("over connections that break anywhere, an agent that lives gets every byte once and in order", () => {
  // Each step types something, and tells how much of the traffic gets through before the connection breaks.
  const step = fc.record({ text: fc.string({ minLength: 1, maxLength: 5 }), arrive: fc.nat(4), heard: fc.nat(4) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const page = new PendingInput();
      const agent = new TakenInput();
      let typed = "";
      let got = "";
      const deliver = (messages: readonly { number: number; bytes: Uint8Array }[], heard: number) => {
        for (const [index, { number, bytes: part }] of messages.entries()) {
          if (agent.take(number) === "new") got += Buffer.from(part).toString();
          if (index < heard) page.taken(agent.taken);
        }
      };
      for (const { text, arrive, heard } of steps) {
        const { resend, lostBytes } = page.connected("run-1", agent.taken);
        expect(lostBytes).toBe(0);
        const before = [...resend];
        const added = page.add(bytes(text));
        typed += Buffer.from(bytes(text)).toString();
        deliver([...before, ...added].slice(0, arrive), heard);
      }
      const last = page.connected("run-1", agent.taken);
      deliver([...last.resend], 0);
      expect(got).toBe(typed);
    }),
  );
});

test("another agent gets nothing twice, and the page knows what may be lost", () => {
  const page = new PendingInput();
  page.connected("run-1", 0);
  page.add(bytes("rm x"));
  expect(page.connected("run-2", 0)).toEqual({ resend: [], lostBytes: 4 });
  expect(page.add(bytes("ls"))).toMatchObject([{ number: 1 }]);
});

test("an agent that forgot the page counts as another", () => {
  const page = new PendingInput();
  page.connected("run-1", 0);
  page.add(bytes("a"));
  page.add(bytes("b"));
  page.taken(1);
  expect(page.connected("run-1", 0)).toEqual({ resend: [], lostBytes: 1 });
  expect(page.add(bytes("c"))).toMatchObject([{ number: 1 }]);
});

test("a message past the next is a gap, and one that was taken a repeat", () => {
  const agent = new TakenInput();
  expect([agent.take(2), agent.take(1), agent.take(1), agent.take(2)]).toEqual(["gap", "new", "repeat", "new"]);
});
