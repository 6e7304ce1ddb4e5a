/** Whether the core can run in a worker: that takes an RTCDataChannel that can be transferred. */

/**
 * True in Chrome 130, Firefox 144, Safari 15 and newer. Tried with a channel that never connects: it is made and
 * transferred in one tick, into a port that nobody reads.
 */
export function canTransferChannels(): boolean {
  if (typeof Worker === "undefined" || typeof RTCPeerConnection === "undefined") return false;
  const { port1, port2 } = new MessageChannel();
  let connection: RTCPeerConnection | undefined;
  try {
    connection = new RTCPeerConnection();
    const channel = connection.createDataChannel("culvert-probe");
    port1.postMessage(channel, [channel as unknown as Transferable]);
    return true;
  } catch {
    return false;
  } finally {
    port1.close();
    port2.close();
    connection?.close();
  }
}
