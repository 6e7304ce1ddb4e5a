import { createFakeClock } from "@culvert/protocol/testing";
import { describe, expect, it } from "vitest";
import { EarlySocket, type WaitingSocket } from "./early-socket.ts";
import { joinRelay } from "./relay-join.ts";

function setUp() {
  const opened: (WaitingSocket & { readyState: number; closed: boolean; readonly texts: string[] })[] = [];
  const early = new EarlySocket((url) => {
    const socket = {
      ...{ url, readyState: 0, closed: false, binaryType: "blob" as BinaryType, bufferedAmount: 0 },
      ...{ onopen: null, onmessage: null, onclose: null, texts: [] as string[] },
      send: (data: Uint8Array | string) => void socket.texts.push(String(data)),
      close: () => {
        socket.closed = true;
      },
    };
    opened.push(socket);
    return socket;
  });
  return { early, opened };
}

const own = "wss://dash.example/api/signaling/viewer";

describe("a socket that opens while the session is asked for", () => {
  it("is the one that joins, at once where it is open by then", () => {
    const { early, opened } = setUp();
    early.open("https://dash.example");
    const [socket] = opened;
    if (socket !== undefined) socket.readyState = 1;
    const options = { signalingTicket: "ticket", clock: createFakeClock(), signal: new AbortController().signal };
    void joinRelay({ ...options, signalingUrl: own, openSocket: (url) => early.take(url) });
    expect(opened.map(({ url }) => url)).toEqual([own]);
    expect(socket?.texts.map((text) => JSON.parse(text))).toMatchObject([{ type: "join", signalingTicket: "ticket" }]);
  });

  it("serves one join alone, and none where it leads elsewhere or was closed meanwhile", () => {
    const { early, opened } = setUp();
    early.open("https://dash.example");
    expect(early.take(own)).toBe(opened[0]);
    expect(early.take(own), "taken").toBe(opened[1]);
    early.open("https://dash.example");
    expect(early.take("wss://signal.example/viewer"), "elsewhere").toBe(opened[3]);
    expect(opened[2]?.closed).toBe(true);
    early.open("https://dash.example");
    if (opened[4] !== undefined) opened[4].readyState = 3;
    expect(early.take(own), "closed").toBe(opened[5]);
  });

  it("is closed where no session comes", () => {
    const { early, opened } = setUp();
    early.open("http://dash.example:8080");
    early.discard();
    expect(opened).toMatchObject([{ url: "ws://dash.example:8080/api/signaling/viewer", closed: true }]);
  });
});
