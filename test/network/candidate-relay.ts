/**
 * The stand-in for one ICE candidate: sockets on 127.0.0.1 through which the other peer reaches the candidate's owner.
 * Each of the other peer's addresses gets a socket of its own towards the owner, as a NAT would give it, so that ICE checks
 * of several candidate pairs stay apart. Invariant: a packet goes from socket to socket by way of the link only.
 */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import type { Direction } from "./link-conditions.ts";

const loopback = "127.0.0.1";
/** A burst of a whole queue fits, so that only the model drops packets. */
const socketBufferBytes = 4 * 1024 * 1024;

/** An IPv4 address and port. */
export interface UdpAddress {
  readonly address: string;
  readonly port: number;
}

/** One of the two peers of a link. */
export type Peer = "viewer" | "agent";

export interface CandidateRelayOptions {
  /** The candidate that is stood in for, and whose it is. */
  readonly candidate: UdpAddress;
  readonly owner: Peer;
  /** Hands a packet to the link. */
  carry(direction: Direction, payloadBytes: number, deliver: () => void): void;
  /** Told of every socket that is opened. */
  onAddress(address: UdpAddress): void;
  nowMs(): number;
}

/** One of the other peer's addresses and the socket that speaks for it. */
interface Mapping {
  readonly peer: UdpAddress;
  socket: Socket;
}

/** A relay that runs. */
export class CandidateRelay {
  readonly #options: CandidateRelayOptions;
  readonly #other: Peer;
  readonly #mappings = new Map<string, Mapping>();
  /** Sockets that no packet passes any more. They stay open: a closed port would answer with an error. */
  readonly #left: Socket[] = [];
  #front: Socket;
  #isClosed = false;
  readonly #swallowed = new Set<Direction>();
  #lastPacketMs: number;

  constructor(options: CandidateRelayOptions) {
    this.#options = options;
    this.#other = options.owner === "agent" ? "viewer" : "agent";
    this.#lastPacketMs = options.nowMs();
    this.#front = this.#openFront();
  }

  /** When a packet last came from either peer, or the relay was opened. */
  get lastPacketMs(): number {
    return this.#lastPacketMs;
  }

  /** Where the other peer reaches the owner; resolves when packets can come. */
  async address(): Promise<UdpAddress> {
    await bound(this.#front);
    const { address, port } = this.#front.address();
    return { address, port };
  }

  /** From now on this peer has other addresses; what is sent to the ones before goes nowhere. */
  changeAddress(of: Peer): void {
    if (of === this.#options.owner) {
      this.#leave(this.#front);
      this.#front = this.#openFront();
      return;
    }
    for (const mapping of this.#mappings.values()) {
      this.#leave(mapping.socket);
      mapping.socket = this.#openBack(mapping.peer);
    }
  }

  /** Swallows every packet of one direction from now on, as a NAT does that forgot the flow. */
  swallow(direction: Direction): void {
    this.#swallowed.add(direction);
  }

  /** Packets that are on their way are lost. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const socket of [this.#front, ...this.#left]) socket.close();
    for (const { socket } of this.#mappings.values()) socket.close();
    this.#mappings.clear();
  }

  #openFront(): Socket {
    return this.#open((bytes, from) => {
      const mapping = this.#mappingFor(from);
      const { candidate, owner } = this.#options;
      this.#carry(owner, bytes, () => mapping.socket.send(bytes, candidate.port, candidate.address));
    });
  }

  #openBack(peer: UdpAddress): Socket {
    return this.#open((bytes) => {
      this.#carry(this.#other, bytes, () => this.#front.send(bytes, peer.port, peer.address));
    });
  }

  #carry(to: Peer, bytes: Buffer, send: () => void): void {
    this.#lastPacketMs = this.#options.nowMs();
    if (this.#swallowed.has(`to-${to}`)) return;
    this.#options.carry(`to-${to}`, bytes.length, () => {
      if (!this.#isClosed) send();
    });
  }

  #mappingFor({ address, port }: RemoteInfo): Mapping {
    const key = `${address}:${port}`;
    const known = this.#mappings.get(key);
    if (known !== undefined) return known;
    const peer = { address, port };
    const mapping = { peer, socket: this.#openBack(peer) };
    this.#mappings.set(key, mapping);
    return mapping;
  }

  #open(onPacket: (bytes: Buffer, from: RemoteInfo) => void): Socket {
    const socket = createSocket({ type: "udp4" });
    socket.on("message", onPacket);
    // A peer that is gone makes a send fail; UDP loses it like any other packet.
    socket.on("error", () => undefined);
    socket.on("listening", () => {
      socket.setRecvBufferSize(socketBufferBytes);
      socket.setSendBufferSize(socketBufferBytes);
      const { address, port } = socket.address();
      this.#options.onAddress({ address, port });
    });
    socket.bind(0, loopback);
    return socket;
  }

  #leave(socket: Socket): void {
    socket.removeAllListeners("message");
    this.#left.push(socket);
  }
}

async function bound(socket: Socket): Promise<void> {
  try {
    socket.address();
  } catch {
    await once(socket, "listening");
  }
}
