import { createWebRtcLibrary } from "./src/webrtc/index.ts";

async function pair(a: "werift" | "native", b: "werift" | "native") {
  const A = await createWebRtcLibrary(a),
    B = await createWebRtcLibrary(b);
  const t0 = performance.now();
  let ca: any, cb: any;
  ca = A.connect({
    kind: "direct",
    iceServers: [],
    onCandidate: (c) => {
      /*console.log(a,c);*/ setTimeout(() => cb.addCandidate(c));
    },
  });
  cb = B.connect({
    kind: "direct",
    iceServers: [],
    onCandidate: (c) => {
      setTimeout(() => ca.addCandidate(c));
    },
  });
  const offer = await ca.offer();
  const answer = await cb.answer(offer);
  await ca.acceptAnswer(answer);
  const [pa, pb] = await Promise.all([ca.opened, cb.opened]);
  const t1 = performance.now();
  // throughput a->b
  for (const [from, to, n] of [
    [pa, pb, "->"],
    [pb, pa, "<-"],
  ] as const) {
    const total = 20 * 1024 * 1024;
    let got = 0;
    const s = performance.now();
    const done = new Promise<void>((r) => {
      to.attach?.call(to, {
        onMessage(m: any) {
          got += m.length;
          if (got >= total) r();
        },
        onDrain() {},
        onClose(c: any, r: any) {
          console.log("close", c, r);
        },
      });
    });
    let sent = 0;
    const pump = () => {
      while (sent < total && from.bufferedBytes() < from.queueBytes) {
        from.send(new Uint8Array(16384).fill(1));
        sent += 16384;
      }
    };
    const orig = from.drained.bind(from);
    from.drained = () => {
      orig();
      pump();
    };
    pump();
    const iv = setInterval(() => console.log(a, n, b, "got", got, "sent", sent, from.bufferedBytes()), 2000);
    await done;
    clearInterval(iv);
    console.log(a, n, b, "setup", (t1 - t0).toFixed(0), "MiB/s", (20 / ((performance.now() - s) / 1000)).toFixed(1));
  }
  const t2 = performance.now();
  pa.close("closed", "x");
  await Promise.all([A.dispose(), B.dispose()]);
  console.log("closed in", (performance.now() - t2).toFixed(0));
}
for (const [a, b] of [
  ["werift", "werift"],
  ["native", "native"],
  ["werift", "native"],
  ["native", "werift"],
] as const) {
  await pair(a, b);
}
console.log("end", process.getActiveResourcesInfo());
