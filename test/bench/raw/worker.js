/** Worker of the raw-channel bench: holds the channel, counts and sends. */
const messageBytes = 16 * 1024;
const queueBytes = 128 * 1024;
let channel;
let expected = 0;
let startedAtMs = 0;
let unsent = 0;

function pump() {
  while (unsent > 0 && channel.bufferedAmount < queueBytes) {
    const length = Math.min(messageBytes, unsent);
    channel.send(new Uint8Array(length));
    unsent -= length;
  }
}

self.addEventListener("message", async ({ data }) => {
  if (data.type === "channel") {
    channel = data.channel;
    channel.binaryType = "arraybuffer";
    channel.bufferedAmountLowThreshold = queueBytes / 2;
    channel.addEventListener("bufferedamountlow", pump);
    channel.addEventListener("message", (event) => {
      if (expected === 0) return;
      expected -= event.data.byteLength;
      if (expected === 0) self.postMessage({ tookMs: performance.now() - startedAtMs });
    });
  } else if (data.type === "opened") {
    if (channel.readyState !== "open")
      await new Promise((resolve) => channel.addEventListener("open", resolve, { once: true }));
    self.postMessage({});
  } else if (data.type === "receive") {
    expected = data.bytes;
    startedAtMs = performance.now();
  } else if (data.type === "send") {
    unsent = data.bytes;
    pump();
    self.postMessage({});
  }
});
