/** Scripts of lines about WebSockets, run in the app's document. */
import type { Place } from "./place.ts";

/** What a script given to `inPage` may call. */
export interface SocketTools {
  /** The socket's next event of a type. */
  next(socket: WebSocket, type: string): Promise<MessageEvent & CloseEvent>;
}

declare global {
  // Scripts of `inPage` find it in their page.
  var sockets: SocketTools;
}

/** Runs a script in the document, with `sockets` there. */
export async function inPage<Value>({ app }: Place, script: () => Promise<Value>): Promise<Value> {
  await app.evaluate(() => {
    const next = (socket: WebSocket, type: string): Promise<Event> =>
      new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
    Object.assign(window, { sockets: { next } });
  });
  return app.evaluate(script);
}
