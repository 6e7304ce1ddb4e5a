/**
 * Numbers of werift's DTLS records. werift begins to count anew after its Finished message, which has a number of the same
 * epoch already. The record that gets this number again is dropped as a replay (RFC 6347 §4.1.2.6): mostly the agent's
 * first answer on a new path, which SCTP repeats a second later.
 */
import type { RTCDtlsTransport } from "werift";

/** More than a handshake takes: its Finished is the sixth record of who begins it, the eighth of who answers. */
const handshakeNumbers = 32;

/**
 * Lets what follows the handshake begin beyond the handshake's own numbers: a gap is allowed, a number used twice is not
 * (RFC 6347 §4.1). To be called before the handshake.
 */
export function skipHandshakeNumbers(transport: RTCDtlsTransport): void {
  transport.onStateChange.subscribe((state) => {
    const records = transport.dtls?.dtls;
    if (state === "connected" && records !== undefined) records.recordSequenceNumber += handshakeNumbers;
  });
}
