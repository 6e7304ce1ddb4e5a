/**
 * Puts a peer behind an impaired link: every candidate that the peer gives away is replaced by a relay of the link.
 * Invariant: no packet of a data channel goes another way. The other peer learns relays only, and this one learns no
 * candidate of the other: it answers the checks that come through the relays (RFC 8445 §7.3.1.3).
 */
import type {
  CandidateLine,
  NetworkAddress,
  PeerConnection,
  PeerConnectionOptions,
  WebRtcLibrary,
} from "@culvert/peer-agent/webrtc";
import { candidatesOf, hostAddressOf, withAddress, withoutCandidates } from "./candidate-lines.ts";
import type { Peer } from "./candidate-relay.ts";
import { tellLink } from "./link-commands.ts";

export interface ImpairedOptions {
  /** `Link.url`. */
  readonly linkUrl: string;
  /** Who uses the library; `agent` where it is left out. */
  readonly owner?: Peer;
}

/** A library whose connections can be closed from outside, as a fault of the library or of its process would. */
export interface ImpairedLibrary extends WebRtcLibrary {
  /** Closes the connections that are open now, and says so to the other peer as the library does. */
  closeConnections(): Promise<void>;
}

/** The library for one of two peers. The other peer uses its own as it is. */
export function impaired(library: WebRtcLibrary, { linkUrl, owner = "agent" }: ImpairedOptions): ImpairedLibrary {
  const connections = new Set<ImpairedConnection>();
  return {
    name: library.name,
    connect(options) {
      const connection = new ImpairedConnection(library, options, { linkUrl, owner });
      connections.add(connection);
      return connection;
    },
    async closeConnections() {
      await Promise.all([...connections].map((connection) => connection.close()));
      connections.clear();
    },
    dispose: () => library.dispose(),
  };
}

class ImpairedConnection implements PeerConnection {
  readonly opened: PeerConnection["opened"];
  readonly #connection: PeerConnection;
  readonly #options: PeerConnectionOptions;
  readonly #link: Required<ImpairedOptions>;
  /** Candidates are told in the order in which they came, the end of them last. */
  #telling: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(library: WebRtcLibrary, options: PeerConnectionOptions, link: Required<ImpairedOptions>) {
    this.#options = options;
    this.#link = link;
    this.#connection = library.connect({ ...options, onCandidate: (candidate) => this.#tell(candidate) });
    this.opened = this.#connection.opened;
  }

  async offer(): Promise<string> {
    return this.#withoutOwnCandidates(await this.#connection.offer());
  }

  acceptAnswer(sdp: string): Promise<void> {
    return this.#connection.acceptAnswer(withoutCandidates(sdp));
  }

  async answer(offerSdp: string): Promise<string> {
    return this.#withoutOwnCandidates(await this.#connection.answer(withoutCandidates(offerSdp)));
  }

  addCandidate(_candidate: CandidateLine): void {
    // A packet to the other peer's own address would go around the link.
  }

  remoteAddress(): NetworkAddress | undefined {
    return this.#connection.remoteAddress();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.#connection.close();
  }

  #withoutOwnCandidates(sdp: string): string {
    for (const candidate of candidatesOf(sdp)) this.#tell({ candidate, sdpMid: "0", sdpMLineIndex: 0 });
    return withoutCandidates(sdp);
  }

  #tell(line: CandidateLine): void {
    this.#telling = this.#telling.then(() => this.#tellNow(line)).catch(() => undefined);
  }

  async #tellNow(line: CandidateLine): Promise<void> {
    if (this.#isClosed) return;
    if (line.candidate === "") {
      this.#options.onCandidate(line);
      return;
    }
    const candidate = hostAddressOf(line.candidate);
    if (candidate === undefined) return;
    const { linkUrl, owner } = this.#link;
    const relay = await tellLink(linkUrl, { type: "open-relay", candidate, owner });
    this.#options.onCandidate({ ...line, candidate: withAddress(line.candidate, relay) });
  }
}
