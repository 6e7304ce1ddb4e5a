/** A Node viewer's socket to signaling: one join by ticket, then relay bytes. */
import { type Code, limits, protocolVersions, TunnelError } from "@culvert/protocol";
import type { Path } from "@culvert/protocol/endpoint";
import { type FromViewer, type IceServer, toViewerSchema } from "@culvert/protocol/signaling";
import { type MessageSocket, openMessageSocket } from "../network/message-socket.ts";
import { createRelayPath, type RelayPath } from "../relay/relay-path.ts";

export interface RelayJoinOptions {
  readonly signalingUrl: string;
  readonly signalingTicket: string;
  /** Whatever proves the account to signaling: Cookie and Origin, or Authorization. */
  readonly headers: Readonly<Record<string, string>>;
  /** Gives up. */
  readonly signal?: AbortSignal;
  /** Told what paths use from now on: TURN credentials lapse. */
  readonly onIceServers?: (iceServers: readonly IceServer[]) => void;
}

type State =
  | { readonly type: "joining" }
  | { readonly type: "joined"; readonly relay: RelayPath }
  | { readonly type: "over" };

/**
 * Joins the session's agent. Rejects with signaling's own code and words, `network`, `timeout` after `limits.handshakeMs`,
 * or `canceled` by the signal.
 */
export function joinRelay(options: RelayJoinOptions): Promise<Path> {
  const { signalingUrl, signalingTicket, headers, signal } = options;
  return new Promise((resolve, reject) => {
    let state: State = { type: "joining" };
    const abort = () => end(new TunnelError("canceled", "joining was given up", { scope: "path" }));
    const timer = setTimeout(
      () => end(new TunnelError("timeout", "signaling did not join this viewer in time", { scope: "path" })),
      limits.handshakeMs,
    );
    const end = (error: TunnelError) => {
      const before = state;
      clearTimeout(timer);
      state = { type: "over" };
      signal?.removeEventListener("abort", abort);
      if (before.type === "joined") before.relay.path.lost(error.code, error.message);
      if (before.type === "joining") reject(error);
      socket.close();
    };
    const receive = (text: string) => {
      const message = toViewerSchema.parse(JSON.parse(text));
      switch (message.type) {
        case "joined": {
          // Only the first one counts: a second would take the place of a path that is in use.
          if (state.type !== "joining") break;
          clearTimeout(timer);
          const relay = relayOver(message.relayId, socket);
          state = { type: "joined", relay };
          signal?.removeEventListener("abort", abort);
          resolve(relay.path);
          break;
        }
        case "ice-servers":
          options.onIceServers?.(message.iceServers);
          break;
        case "peer-left":
          end(new TunnelError(message.code, "the agent left the relay", { scope: "path", origin: "remote" }));
          break;
        case "error":
          end(new TunnelError(message.code, message.message, { origin: "remote", hint: message.hint }));
          break;
        default:
          message satisfies never;
      }
    };
    const socket = openMessageSocket(
      signalingUrl,
      {
        onOpen: () => {
          const join: FromViewer = { type: "join", versions: protocolVersions, signalingTicket };
          socket.sendText(JSON.stringify(join));
        },
        onText: (text) => {
          try {
            receive(text);
          } catch (cause) {
            end(new TunnelError("protocol-error", "signaling sent what this viewer does not know", { cause }));
          }
        },
        onBytes: (bytes) => {
          if (state.type === "joined") state.relay.receive(bytes);
        },
        onClose: (reason, status) => end(new TunnelError(codeOf(status), `signaling: ${reason}`, { scope: "path" })),
      },
      headers,
    );
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}

/** What an upgrade that was answered with a status has met; the network where there was no answer. */
function codeOf(status: number | undefined): Code {
  if (status === 401) return "unauthenticated";
  return status === 403 ? "forbidden" : "network";
}

function relayOver(relayId: number, socket: MessageSocket): RelayPath {
  return createRelayPath({
    relayId,
    socket: { send: (envelope, onFlushed) => socket.sendBytes(envelope, onFlushed) },
    onRelease: () => socket.close(),
  });
}
