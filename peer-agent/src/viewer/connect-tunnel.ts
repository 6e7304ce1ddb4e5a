/** The Node viewer's front door: a service behind a tunnel, used as a server on this machine would be. */
import type { Duplex } from "node:stream";
import { TunnelError } from "@culvert/protocol";
import type { PathStatus } from "@culvert/protocol/endpoint";
import type { DhKeyPair } from "@culvert/protocol/seal";
import type { RemoteSession } from "@culvert/protocol/signaling";
import { nodePrimitives } from "../sealing/node-primitives.ts";
import type { LibraryChoice } from "../webrtc/index.ts";
import { abortable } from "./abortable.ts";
import type { CookieJar } from "./cookie-jar.ts";
import { serviceFetch } from "./service-fetch.ts";
import { ServiceSocket } from "./service-socket.ts";
import { createWebSocketClass, type ServiceWebSocketClass } from "./service-web-socket.ts";
import { type ConnectionEvent, type ConnectionState, TunnelConnection } from "./tunnel-connection.ts";

interface CommonOptions {
  /** Which WebRTC library carries the direct path; `auto` by default. */
  readonly webrtc?: LibraryChoice;
  /** Whatever proves the account to signaling: Cookie and Origin, or Authorization. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Keeps the app's cookies between calls; without one, Set-Cookie is the caller's. tough-cookie's CookieJar fits. */
  readonly jar?: CookieJar;
  /** Gives up the opening; no longer looked at afterwards. */
  readonly signal?: AbortSignal;
}

/** `session`: one grant, of no use after its tunnel is over. `createSession`: a new grant whenever one is needed. */
export type ConnectTunnelOptions = CommonOptions &
  (
    | {
        readonly session: RemoteSession;
        /** The key pair whose public half the session was created with. */
        readonly deviceKey: DhKeyPair;
      }
    | {
        /** Calls `POST /api/servers/:serverId/sessions`; `deviceKey` is the public half, base64url. */
        createSession(deviceKey: string): Promise<RemoteSession>;
        /** This viewer's key; a fresh one by default. */
        readonly deviceKey?: DhKeyPair;
      }
  );

/** A service, reached over a tunnel. Calls wait for the tunnel where there is none at the moment. */
export interface ServiceConnection {
  /**
   * As the global `fetch`, for a path (`/api?x=1`) or an absolute URL at `origin`. Bodies stream both ways with
   * back-pressure; an unread body is to be cancelled. Redirects are followed inside the service alone. Rejects with a
   * TunnelError, or with the signal's reason; a body that the app cut short fails its reader with a TunnelError.
   */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** As the global WebSocket, for paths too. Loss of the tunnel is a close with 1006. */
  readonly WebSocket: ServiceWebSocketClass;
  /** Opens a raw byte stream to the service. The agent may refuse it later, with an error on the stream. */
  connect(options?: { readonly signal?: AbortSignal }): Promise<Duplex>;
  readonly state: ConnectionState;
  /** The tunnel's paths now, with round trips and bytes. */
  paths(): readonly PathStatus[];
  /** Adds a listener; returns what removes it. */
  onEvent(listener: (event: ConnectionEvent) => void): () => void;
  /** The service's own web origin; what a page of it would send as Origin. */
  readonly origin: string;
  /** Ends everything that is under way and lets go of every socket, timer and library. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens a tunnel to a service. Resolves when the agent has accepted; a direct path comes up by itself. Rejects with a
 * TunnelError (`errorKind` sorts them), with what `createSession` rejected with as `cause`, or the signal's reason.
 *
 * @example
 * const service = await connectTunnel({
 *   createSession: (deviceKey) => api.post(`/api/servers/${serverId}/sessions`, { deviceKey }),
 *   headers: { cookie, origin: dashboardOrigin },
 * });
 * const answer = await service.fetch("/api/jobs", { method: "POST", body: JSON.stringify(job) });
 * console.log(answer.status, await answer.json());
 * await service.close();
 */
export async function connectTunnel(options: ConnectTunnelOptions): Promise<ServiceConnection> {
  const { webrtc = "auto", headers = {}, jar, signal } = options;
  signal?.throwIfAborted();
  const deviceKey = options.deviceKey ?? (await nodePrimitives.generateKeyPair());
  const connection = new TunnelConnection({ deviceKey, webrtc, headers, createSession: sessions(options, deviceKey) });
  try {
    const { session } = await abortable(connection.tunnel(), signal);
    return serviceOver(connection, session.appOrigin, jar);
  } catch (thrown) {
    const closing = connection.close();
    // Who gives up is not kept waiting; a handshake that is under way lets go within its own time.
    if (signal?.aborted) closing.catch(() => {});
    else await closing;
    throw thrown;
  }
}

/** A viewer's key pair, to be kept where a server approves devices one by one. */
export async function createDeviceKey(): Promise<DhKeyPair> {
  return nodePrimitives.generateKeyPair();
}

function sessions(options: ConnectTunnelOptions, deviceKey: DhKeyPair): () => Promise<RemoteSession> {
  if ("createSession" in options) {
    const publicKey = Buffer.from(deviceKey.publicKey).toString("base64url");
    return () => options.createSession(publicKey);
  }
  let isSpent = false;
  return async () => {
    if (isSpent) throw new TunnelError("closed", "the tunnel is over, and its session opens no other");
    isSpent = true;
    return options.session;
  };
}

function serviceOver(connection: TunnelConnection, origin: string, jar: CookieJar | undefined): ServiceConnection {
  const readyFor = (kind: "http" | "websocket") => async () => {
    const { tunnel } = await connection.tunnel();
    return { origin, jar, openStream: () => tunnel.openStream(kind) };
  };
  const readyForHttp = readyFor("http");
  return {
    fetch: (input, init) => serviceFetch(readyForHttp, input, init),
    WebSocket: createWebSocketClass(readyFor("websocket")),
    async connect({ signal } = {}) {
      const { tunnel } = await abortable(connection.tunnel(), signal);
      return new ServiceSocket(tunnel.openStream("tcp"));
    },
    get state() {
      return connection.state;
    },
    paths: () => connection.paths(),
    onEvent: (listener) => connection.onEvent(listener),
    origin,
    close: () => connection.close(),
  };
}
