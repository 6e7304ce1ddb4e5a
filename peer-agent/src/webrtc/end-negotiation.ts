/**
 * A negotiation that ends with its connection. werift goes on with what it waits for when it is closed: ICE looks for pairs
 * to check, for good, or watches the consent of one, and DTLS repeats each flight for 33 s. Their timers hold the process.
 */
import type { RTCDtlsTransport, RTCPeerConnection } from "werift";

/** Later than the last flight of RFC 6347 §4.2.4: whoever waits for an answer to one has had it. */
const afterLastFlight = 7;

/** To be called before a connection that is not open is closed: nothing begins any more, what waits ends soon. */
export function endNegotiation(peer: RTCPeerConnection): void {
  for (const { connection } of peer.iceTransports) {
    // What ICE does last; thrown where it says that no candidate led anywhere, and handled as that is.
    const queryConsent = () => {
      throw new Error("the connection was closed");
    };
    Object.assign(connection, { queryConsent, schedulingChecks: () => false });
  }
  for (const transport of peer.dtlsTransports) endHandshake(transport);
}

function endHandshake({ dtls }: RTCDtlsTransport): void {
  if (dtls === undefined) return;
  // Only the side that begins has `connect`; werift may be about to call it.
  if ("connect" in dtls) dtls.connect = async () => {};
  // A flight that is being made now would set it back.
  Object.defineProperty(dtls.dtls, "flight", { get: () => afterLastFlight, set: () => {} });
}
