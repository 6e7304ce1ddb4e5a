/** Lines 53 to 60 and 63: the WebSocket of a document. */
import type { Line } from "./line.ts";
import { document } from "./pages.ts";
import { runLines } from "./run-lines.ts";
import { inPage } from "./socket-page.ts";

const protocols: Line = {
  number: 53,
  behaviour: "the subprotocol that the app chose; a choice that was not offered fails the socket",
  serve: (target) => {
    target.onSocket(
      "/53/second",
      () => undefined,
      (offered) => [...offered][1] ?? false,
    );
    target.onSocket(
      "/53/none",
      () => undefined,
      () => false,
    );
    target.onUpgrade("/53/foreign", (request, socket) => {
      void acceptKey(String(request.headers["sec-websocket-key"])).then((key) =>
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\nSec-WebSocket-Protocol: other\r\n\r\n`,
        ),
      );
    });
  },
  observe: (place) =>
    inPage(place, async () => {
      const outcome = async (path: string, offered?: string[]) => {
        const socket = new WebSocket(`ws://${location.host}/53/${path}`, offered);
        const event = await Promise.race([sockets.next(socket, "open"), sockets.next(socket, "close")]);
        const result = [event.type, socket.protocol, socket.extensions, event.code];
        socket.close();
        return result.slice(0, event.type === "open" ? 3 : 4);
      };
      const invalid = (() => {
        try {
          return new WebSocket("/53/none", ["a", "a"]).url;
        } catch (error) {
          return (error as Error).name;
        }
      })();
      return [
        await outcome("second", ["a", "b"]),
        await outcome("none", ["a"]),
        await outcome("none"),
        await outcome("foreign", ["a"]),
        invalid,
      ];
    }),
  wanted: [["open", "b", ""], ["close", "", "", 1006], ["open", "", ""], ["close", "", "", 1006], "SyntaxError"],
};

async function acceptKey(key: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  return Buffer.from(await crypto.subtle.digest("SHA-1", bytes)).toString("base64");
}

const echoes: Line = {
  number: 54,
  behaviour: "text, Blob, ArrayBuffer and views come back in order",
  serve: (target) =>
    target.onSocket("/echo", (socket) =>
      socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary })),
    ),
  observe: (place) =>
    inPage(place, async () => {
      const socket = new WebSocket("/echo");
      socket.binaryType = "arraybuffer";
      await sockets.next(socket, "open");
      const bytes = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
      const sent = [
        "a",
        new Blob(["blob ", new Uint8Array([255])]),
        bytes.buffer,
        new Uint16Array(bytes.buffer, 2, 2),
        new DataView(bytes.buffer, 1, 3),
        "",
        new Blob([]),
        "größer 🎈",
        "\ud800",
      ];
      for (const message of sent) socket.send(message);
      const received: string[] = [];
      await new Promise<void>((resolve) => {
        socket.onmessage = ({ data }) => {
          received.push(typeof data === "string" ? data : `bytes ${new Uint8Array(data)}`);
          if (received.length === sent.length) resolve();
        };
      });
      socket.close();
      return received;
    }),
  wanted: [
    "a",
    "bytes 98,108,111,98,32,255",
    "bytes 1,2,3,4,5,6,7,8",
    "bytes 3,4,5,6",
    "bytes 2,3,4",
    "",
    "bytes ",
    "größer 🎈",
    "\ufffd",
  ],
};

const binaryType: Line = {
  number: 55,
  behaviour: "binaryType is blob at first, counts when a message is dispatched, ignores unknown values",
  serve: (target) =>
    target.onSocket("/55/two", (socket) => {
      socket.send(new Uint8Array([1]));
      socket.on("message", () => socket.send(new Uint8Array([2])));
    }),
  observe: (place) =>
    inPage(place, async () => {
      const socket = new WebSocket("/55/two");
      const initial = socket.binaryType;
      const first = (await sockets.next(socket, "message")).data;
      socket.binaryType = "arraybuffer";
      Object.assign(socket, { binaryType: "nonsense" });
      socket.send("more");
      const second = (await sockets.next(socket, "message")).data;
      socket.close();
      return [initial, first instanceof Blob && first.size, second instanceof ArrayBuffer, socket.binaryType];
    }),
  wanted: ["blob", 1, true, "arraybuffer"],
};

const buffered: Line = {
  number: 56,
  behaviour: "bufferedAmount rises by what is sent and falls to 0 as the app takes it",
  observe: (place) =>
    inPage(place, async () => {
      const socket = new WebSocket("/echo");
      await sockets.next(socket, "open");
      const before = socket.bufferedAmount;
      socket.send(new Uint8Array(3_000_000));
      socket.send("ü");
      const after = socket.bufferedAmount;
      socket.binaryType = "arraybuffer";
      await sockets.next(socket, "message");
      await sockets.next(socket, "message");
      const end = socket.bufferedAmount;
      socket.close();
      return [before, after, end];
    }),
  wanted: [0, 3_000_002, 0],
};

const closing: Line = {
  number: 57,
  behaviour: "close codes, reasons and wasClean, from either side; wrong codes and long reasons throw",
  serve: (target) => {
    target.onSocket("/57/closes", (socket) => socket.close(4321, "größer"));
    target.onSocket("/57/plain", (socket) => socket.close());
    target.onSocket("/57/away", (socket) => socket.terminate());
    target.onSocket("/57/listens", (socket) => socket.on("close", (code, reason) => closes.push(`${code} ${reason}`)));
  },
  observe: (place) =>
    inPage(place, async () => {
      const closed = async (path: string) => {
        const socket = new WebSocket(path);
        const { code, reason, wasClean } = await sockets.next(socket, "close");
        return [code, reason, wasClean, socket.readyState];
      };
      const own = new WebSocket("/57/listens");
      await sockets.next(own, "open");
      const thrown = [1001, 999, 5000].map((code) => {
        try {
          own.close(code);
          return "closed";
        } catch (error) {
          return (error as Error).name;
        }
      });
      try {
        own.close(4000, "x".repeat(124));
      } catch (error) {
        thrown.push((error as Error).name);
      }
      own.close(4000, "ü");
      const closingState = own.readyState;
      const event = await sockets.next(own, "close");
      return {
        closes: await closed("/57/closes"),
        plain: await closed("/57/plain"),
        away: await closed("/57/away"),
        thrown,
        closingState,
        own: [event.code, event.reason, event.wasClean],
      };
    }),
  wanted: {
    closes: [4321, "größer", true, 3],
    plain: [1005, "", true, 3],
    away: [1006, "", false, 3],
    thrown: ["InvalidAccessError", "InvalidAccessError", "InvalidAccessError", "SyntaxError"],
    closingState: 2,
    own: [4000, "ü", true],
  },
};
const closes: string[] = [];

const refused: Line = {
  number: 58,
  behaviour: "a handshake that is refused is an error, then close 1006",
  serve: (target) =>
    target.onUpgrade("/58/no", (_, socket) => void socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno")),
  observe: (place) =>
    inPage(place, async () => {
      const socket = new WebSocket("/58/no");
      const events: unknown[] = [];
      for (const type of ["open", "error", "message"])
        socket.addEventListener(type, () => events.push([type, socket.readyState]));
      const { code, reason, wasClean } = await sockets.next(socket, "close");
      return [...events, [code, reason, wasClean]];
    }),
  wanted: [
    ["error", 3],
    [1006, "", false],
  ],
};

const earlySend: Line = {
  number: 59,
  behaviour: "send while connecting throws; send after close is dropped and counted in bufferedAmount",
  observe: (place) =>
    inPage(place, async () => {
      const socket = new WebSocket("/echo");
      let thrown = "nothing";
      try {
        socket.send("early");
      } catch (error) {
        thrown = (error as Error).name;
      }
      await sockets.next(socket, "open");
      socket.close();
      socket.send("late");
      const amount = socket.bufferedAmount;
      await sockets.next(socket, "close");
      socket.send("later");
      return [thrown, amount, socket.bufferedAmount];
    }),
  wanted: ["InvalidStateError", 4, 9],
};

const large: Line = {
  number: 63,
  behaviour: "a message of 16 MiB in each direction",
  serve: (target) => target.on("/63/", document("")),
  observe: (place) =>
    inPage(place, async () => {
      const bytes = new Uint8Array(16 * 1024 * 1024).map((_, index) => (index * 31) & 255);
      const socket = new WebSocket("/echo");
      socket.binaryType = "arraybuffer";
      await sockets.next(socket, "open");
      socket.send(bytes);
      const back = new Uint8Array((await sockets.next(socket, "message")).data);
      socket.close();
      return [back.length, back.every((byte, index) => byte === ((index * 31) & 255))];
    }),
  wanted: [16 * 1024 * 1024, true],
};

runLines("sockets", [protocols, echoes, binaryType, buffered, closing, refused, earlySend, large]);
