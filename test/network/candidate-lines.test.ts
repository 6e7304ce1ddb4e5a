import { describe, expect, test } from "vitest";
import { candidatesOf, hostAddressOf, withAddress, withoutCandidates } from "./candidate-lines.ts";

const host = "candidate:1 1 UDP 2114977791 192.0.2.2 55127 typ host";

describe("the address of a candidate", () => {
  test("is that of a host candidate over UDP and IPv4", () => {
    expect(hostAddressOf(host)).toEqual({ address: "192.0.2.2", port: 55127 });
    expect(hostAddressOf(`${host.replace("UDP", "udp")} generation 0 ufrag adc8`)).toBeDefined();
  });

  test.each([
    ["over TCP", "candidate:1 1 TCP 1 192.0.2.2 9 typ host tcptype active"],
    ["over IPv6", "candidate:1 1 UDP 1 fd00::2 9 typ host"],
    ["with a hidden name", "candidate:1 1 UDP 1 0c7a0e5e.local 9 typ host"],
    ["that a STUN server saw", "candidate:1 1 UDP 1 203.0.113.4 9 typ srflx raddr 192.0.2.2 rport 9"],
    ["of a TURN server", "candidate:1 1 UDP 1 203.0.113.4 9 typ relay raddr 192.0.2.2 rport 9"],
    ["of RTCP", "candidate:1 2 UDP 1 192.0.2.2 9 typ host"],
    ["that is empty", ""],
  ])("is not taken of one %s", (_, candidate) => {
    expect(hostAddressOf(candidate)).toBeUndefined();
  });

  test("is all that changes", () => {
    const line = `${host} generation 0`;
    expect(withAddress(line, { address: "127.0.0.1", port: 7 })).toBe(
      "candidate:1 1 UDP 2114977791 127.0.0.1 7 typ host generation 0",
    );
  });
});

describe("an SDP", () => {
  const sdp = ["v=0", "a=mid:0", `a=${host}`, "a=end-of-candidates", "a=sctp-port:5000", ""].join("\r\n");

  test("gives its candidates", () => {
    expect(candidatesOf(sdp)).toEqual([host]);
  });

  test("keeps everything but candidates and their end", () => {
    expect(withoutCandidates(sdp)).toBe("v=0\r\na=mid:0\r\na=sctp-port:5000\r\n");
  });
});
