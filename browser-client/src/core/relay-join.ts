/** Joins an agent through signaling: opens the WebSocket, shows the ticket, and makes a path of what follows. */
import { codes, limits, protocolVersions, TunnelError } from "@culvert/protocol";
import type { Clock } from "@culvert/protocol/endpoint";
import { type FromViewer, type IceServer, toViewerSchema } from "@culvert/protocol/signaling";
import { RelayPath, type RelaySocket } from "./relay-path.ts";

/** What of a WebSocket joining uses. */
export interface JoinSocket extends RelaySocket {
  binaryType: BinaryType;
  /** 1 where it is open already and tells so no more. */
  readonly readyState?: number;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(data: Uint8Array<ArrayBuffer> | string): void;
}

/** Where to join and by what right. */
export interface JoinRelayOptions {
  readonly signalingUrl: string;
  readonly signalingTicket: string;
  readonly clock: Clock;
  /** Gives up. */
  readonly signal: AbortSignal;
  /** Told what paths use from now on: TURN credentials lapse. */
  readonly onIceServers?: (iceServers: readonly IceServer[]) => void;
  readonly openSocket?: (url: string) => JoinSocket;
}

/**
 * The relay path to the agent, open. Rejects with the server's code (`offline`, `expired`, `revoked`…), `network` where
 * the server cannot be reached, `timeout` after `limits.handshakeMs`, `canceled` by the signal.
 */
export function joinRelay(options: JoinRelayOptions): Promise<RelayPath> {
  const { clock, signal } = options;
  return new Promise((resolve, reject) => {
    const socket = (options.openSocket ?? ((url) => new WebSocket(url)))(options.signalingUrl);
    let path: RelayPath | undefined;
    const fail = (error: TunnelError): void => {
      cancelTimer();
      signal.removeEventListener("abort", abort);
      if (path === undefined) {
        reject(error);
        socket.onclose = null;
      } else {
        path.lost(error.code, error.message);
      }
      socket.onmessage = null;
      socket.close();
    };
    const abort = (): void => fail(new TunnelError("canceled", "joining was given up"));
    const cancelTimer = clock.setTimer(limits.handshakeMs, () =>
      fail(new TunnelError("timeout", "the signaling server did not join us in time")),
    );
    signal.addEventListener("abort", abort, { once: true });
    socket.binaryType = "arraybuffer";
    const showTicket = (): void => {
      const join: FromViewer = {
        type: "join",
        versions: protocolVersions,
        signalingTicket: options.signalingTicket,
      };
      socket.send(JSON.stringify(join));
    };
    if (socket.readyState === 1) showTicket();
    else socket.onopen = showTicket;
    socket.onclose = () => fail(new TunnelError("network", "the connection to the signaling server was lost"));
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) {
        path?.receive(new Uint8Array(data));
        return;
      }
      const message = toViewerSchema.safeParse(parseJson(data));
      if (!message.success) {
        fail(new TunnelError("protocol-error", "the signaling server sent a message that we cannot read"));
      } else if (message.data.type === "joined") {
        if (path !== undefined) return;
        cancelTimer();
        signal.removeEventListener("abort", abort);
        path = new RelayPath(socket, message.data.relayId, clock);
        resolve(path);
      } else if (message.data.type === "ice-servers") {
        options.onIceServers?.(message.data.iceServers);
      } else if (message.data.type === "peer-left") {
        const { code } = message.data;
        fail(new TunnelError(code, `the server left: ${codes[code].meaning}`, { origin: "remote" }));
      } else {
        const { code, message: text, hint } = message.data;
        fail(new TunnelError(code, text, { hint, origin: "remote" }));
      }
    };
  });
}

function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
