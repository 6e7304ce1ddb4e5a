/** One download that moves relay → direct → relay → direct: every byte of it, and on the relay its share alone. */
import { createHash } from "node:crypto";
import { sendRequest } from "@culvert/protocol/http";
import { afterEach, expect, test } from "vitest";
import { type AgentStage, setAgentStage } from "../harness/agent-stage.ts";
import { hashOfDownload, pour } from "../harness/paced-download.ts";
import { type Recorder, startRecorder } from "../harness/recorder.ts";
import { type Link, startLink } from "../network/link.ts";

const mebibyte = 1024 * 1024;
const downloadBytes = 24 * mebibyte;
/** Where it moves. The app is slow enough that what is read was sent just before. */
const movesAt = [6, 12, 18].map((count) => count * mebibyte);
const bytesPerSecond = 4 * mebibyte;
/** What may be under way on the relay when a direct path comes up, and what the peers say over it meanwhile. */
const slackBytes = 1.5 * mebibyte;

let stage: AgentStage;
let recorder: Recorder;
let link: Link;

afterEach(async () => {
  await stage?.close();
  await recorder?.close();
  await link?.close();
});

test.each(["native", "werift"] as const)("a download by %s goes to a direct path and back, twice", async (library) => {
  recorder = await startRecorder({ keepsBytes: false });
  link = await startLink({ seed: 4, conditions: { delayMs: 2 } });
  const linkUrl = link.url;
  stage = await setAgentStage({
    ...{ library, relayPolicy: "full", recorder, linkUrl },
    app: (_request, answer) => pour(answer, downloadBytes, bytesPerSecond),
  });
  const viewer = await stage.openViewer(library);
  const sent = sendRequest(viewer.tunnel.openStream("http"), { method: "GET", path: "/", headers: [], hasBody: false });
  await sent.readHead();

  /** What signaling passed on before each move, and at the end. */
  const passed: number[] = [];
  const moves = [() => viewer.addPath(), () => link.swallowFlows(), () => viewer.addPath()];
  const hash = createHash("sha256");
  let received = 0;
  const before = recorder.byteCount;
  for (let bytes = await sent.readBody(); bytes !== null; bytes = await sent.readBody()) {
    hash.update(bytes);
    received += bytes.length;
    const move = received >= (movesAt[passed.length] ?? Number.POSITIVE_INFINITY) ? moves[passed.length] : undefined;
    if (move === undefined) continue;
    passed.push(recorder.byteCount - before);
    await move();
  }
  passed.push(recorder.byteCount - before);

  expect(hash.digest("hex")).toBe(hashOfDownload(downloadBytes));
  const [onRelay = 0, onDirect = 0, onRelayAgain = 0, onDirectAgain = 0] = passed.map(
    (bytes, index) => bytes - (passed[index - 1] ?? 0),
  );
  // Signaling takes a byte of the relay and passes it on: it is counted twice.
  expect(onRelay).toBeGreaterThan(2 * (6 * mebibyte - slackBytes));
  expect(onDirect).toBeLessThan(2 * slackBytes);
  expect(onRelayAgain).toBeGreaterThan(2 * (6 * mebibyte - slackBytes));
  expect(onRelayAgain).toBeLessThan(2 * (6 * mebibyte + slackBytes));
  expect(onDirectAgain).toBeLessThan(2 * slackBytes);
  expect(viewer.tunnel.paths().filter(({ state }) => state === "active").length).toBeGreaterThanOrEqual(2);
});
