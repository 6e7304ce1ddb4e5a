/** STUN answers against the published vectors of RFC 5769 and against what must stay unanswered. */
import { expect, test } from "vitest";
import { answerBinding } from "./stun-message.ts";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
const hex = (data: Uint8Array | undefined) => (data === undefined ? undefined : Buffer.from(data).toString("hex"));
const transaction = "b7e7a701 bc34d686 fa87dfae";
const request = bytes(`0001 0000 2112a442 ${transaction}`);

test("an IPv4 address is told as in RFC 5769 §2.2 (192.0.2.1:32853)", () => {
  const answer = `0101 000c 2112a442 ${transaction} 0020 0008 0001 a147 e112a643`;
  expect(hex(answerBinding(request, "192.0.2.1", 32_853))).toBe(answer.replaceAll(" ", ""));
});

test("an IPv6 address is told as in RFC 5769 §2.3 (2001:db8:1234:5678:11:2233:4455:6677)", () => {
  const mapped = "0020 0014 0002 a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9";
  const answer = `0101 0018 2112a442 ${transaction} ${mapped}`;
  expect(hex(answerBinding(request, "2001:db8:1234:5678:11:2233:4455:6677", 32_853))).toBe(answer.replaceAll(" ", ""));
});

test("an IPv4 peer of a socket of both families is told its IPv4 address", () => {
  const answer = `0101 000c 2112a442 ${transaction} 0020 0008 0001 a147 e112a643`;
  expect(hex(answerBinding(request, "::ffff:192.0.2.1", 32_853))).toBe(answer.replaceAll(" ", ""));
});

test("attributes of the request are skipped", () => {
  const withSoftware = bytes(`0001 0008 2112a442 ${transaction} 8022 0004 74657374`);
  expect(hex(answerBinding(withSoftware, "192.0.2.1", 32_853))).toContain("a147e112a643");
});

test("a loopback IPv6 address is written out", () => {
  expect(answerBinding(request, "::1", 1)).toHaveLength(44);
});

test.each([
  ["nothing", ""],
  ["a cut header", "0001 0000 2112a442 b7e7a701 bc34d686"],
  ["another cookie", `0001 0000 2112a443 ${transaction}`],
  ["a success, so that two responders never talk to each other", `0101 0000 2112a442 ${transaction}`],
  ["a wrong length", `0001 0004 2112a442 ${transaction}`],
  ["bytes beyond a multiple of four", `0001 0001 2112a442 ${transaction} 00`],
])("%s gets no answer", (_name, datagram) => {
  expect(answerBinding(bytes(datagram), "192.0.2.1", 1)).toBeUndefined();
});
