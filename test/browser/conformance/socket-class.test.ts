/** Line 60: the WebSocket class as scripts take it apart. */
import type { Line } from "./line.ts";
import { runLines } from "./run-lines.ts";

const classLike: Line = {
  number: 60,
  behaviour: "subclasses, instanceof, constants, names and property descriptors as of the native class",
  serve: (target) => target.onSocket("/60", () => undefined),
  observe: ({ app }) =>
    app.evaluate(() => {
      class Own extends WebSocket {
        readonly isOwn = true;
      }
      const socket = new Own("/60");
      const thrown = (action: () => unknown): string => {
        try {
          return String(action());
        } catch (error) {
          return (error as Error).name;
        }
      };
      const facts = {
        own: socket.isOwn && socket instanceof Own && socket instanceof WebSocket && socket instanceof EventTarget,
        text: Object.prototype.toString.call(socket),
        name: [WebSocket.name, WebSocket.length],
        constants: [WebSocket.CONNECTING, WebSocket.OPEN, WebSocket.CLOSING, WebSocket.CLOSED, socket.OPEN],
        state: socket.readyState,
        url: socket.url.replace(location.host, "HOST"),
        isNative: /\[native code\]/.test(Function.prototype.toString.call(WebSocket)),
        keys: Object.keys(WebSocket.prototype).toSorted().join(),
        plainCall: thrown(() => (WebSocket as unknown as (url: string) => unknown)("/60")),
        handler: thrown(() => {
          socket.onopen = "no" as never;
          return socket.onopen;
        }),
      };
      socket.close();
      return facts;
    }),
  wanted: {
    own: true,
    text: "[object WebSocket]",
    name: ["WebSocket", 1],
    constants: [0, 1, 2, 3, 1],
    state: 0,
    url: "ws://HOST/60",
    isNative: true,
    keys: "CLOSED,CLOSING,CONNECTING,OPEN,binaryType,bufferedAmount,close,extensions,onclose,onerror,onmessage,onopen,protocol,readyState,send,url",
    plainCall: "TypeError",
    handler: "null",
  },
};

runLines("the WebSocket class", [classLike]);
