import { expect, test } from "vitest";
import { isUsableCandidate, serversFor, usableDescription } from "./candidates.ts";

const host = "candidate:1 1 UDP 2122317823 192.0.2.7 61000 typ host";

test.each([
  [host, true],
  [`a=${host}`, true],
  ["candidate:1 1 udp 1 fd00::7 61000 typ host", true],
  ["candidate:1 1 udp 1 5b0c0f8e-7d1c-4a51-9c6e-2a2ed7a6a1c1.local 61000 typ host", false],
  ["candidate:1 1 tcp 1 192.0.2.7 9 typ host tcptype active", false],
  ["", false],
  ["candidate:1 1", false],
])("%s is usable: %s", (candidate, usable) => {
  expect(isUsableCandidate(candidate)).toBe(usable);
});

test("an offer loses hidden candidates and its end mark, and nothing else", () => {
  const sdp = [
    "v=0",
    `a=${host}`,
    "a=candidate:1 1 udp 1 x.local 9 typ host",
    "a=end-of-candidates",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "a=mid:0",
    "",
  ];
  expect(usableDescription(sdp.join("\r\n"))).toBe(
    ["v=0", `a=${host}`, "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "a=mid:0", ""].join("\r\n"),
  );
});

test("a direct attempt asks no TURN server", () => {
  const servers = [
    { urls: ["turn:relay.example", "stun:stun.example"], username: "u", credential: "c" },
    { urls: ["turns:relay.example"] },
  ];
  expect(serversFor("direct", servers)).toEqual([{ urls: ["stun:stun.example"] }]);
  expect(serversFor("turn", servers)).toEqual(servers);
});

test("a description without a data channel is refused", () => {
  expect(() => usableDescription("v=0\r\nm=audio 9 RTP/AVP 0\r\n")).toThrow("holds no data channel");
});
