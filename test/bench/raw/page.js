/**
 * Page of the raw-channel bench: one peer connection whose channel is transferred to a worker in the tick of its
 * creation, as the App View does it. `raw.*` is what the bench calls.
 */
const worker = new Worker("/worker.js", { type: "module" });
const connection = new RTCPeerConnection();
const channel = connection.createDataChannel("culvert", { ordered: true });
worker.postMessage({ type: "channel", channel }, [channel]);

let markAccepted;
const accepted = new Promise((resolve) => {
  markAccepted = resolve;
});
const candidates = [];
connection.addEventListener("icecandidate", ({ candidate }) => {
  if (candidate) candidates.push(candidate.toJSON());
});

const answerOf = (request) =>
  new Promise((resolve) => {
    worker.addEventListener("message", ({ data }) => resolve(data), { once: true });
    worker.postMessage(request);
  });

globalThis.raw = {
  async offer() {
    await connection.setLocalDescription(await connection.createOffer());
    return connection.localDescription.sdp;
  },
  takeCandidates: () => candidates.splice(0),
  accept: (sdp) => connection.setRemoteDescription({ type: "answer", sdp }).then(markAccepted),
  addCandidate: (candidate) => accepted.then(() => connection.addIceCandidate(candidate)).catch(() => {}),
  opened: () => answerOf({ type: "opened" }),
  /** Counts incoming bytes from now; resolves with the ms until `bytes` came. */
  receive: (bytes) => answerOf({ type: "receive", bytes }),
  /** Sends `bytes`; resolves when the last one left for the library. */
  send: (bytes) => answerOf({ type: "send", bytes }),
};
