/**
 * A socket to signaling that opens while the session is still asked for: it saves an opening the round trip of a WebSocket.
 * Invariant: at most one waits, and nothing is sent on it before it is taken, for the address that the session names.
 */
import type { JoinSocket } from "./relay-join.ts";

/** What of a WebSocket waiting uses. */
export interface WaitingSocket extends JoinSocket {
  readonly url: string;
  readonly readyState: number;
}

/** Where signaling takes viewers on the dashboard's own host; a session that names another address gets its own socket. */
const viewerSocketPath = "/api/signaling/viewer";

const closing = 2;

/** The socket of the next join. */
export class EarlySocket {
  readonly #openSocket: (url: string) => WaitingSocket;
  #waiting: WaitingSocket | undefined;

  constructor(openSocket: (url: string) => WaitingSocket = (url) => new WebSocket(url)) {
    this.#openSocket = openSocket;
  }

  /** Opens one to the signaling server of this dashboard. */
  open(dashboardOrigin: string): void {
    this.discard();
    const url = new URL(viewerSocketPath, dashboardOrigin);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    this.#waiting = this.#openSocket(url.href);
  }

  /** The one that waits, where it leads to this address and stands; else a fresh one. */
  take(url: string): WaitingSocket {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined && waiting.url === new URL(url).href && waiting.readyState < closing) return waiting;
    waiting?.close();
    return this.#openSocket(url);
  }

  /** No session came for it. */
  discard(): void {
    this.#waiting?.close();
    this.#waiting = undefined;
  }
}
