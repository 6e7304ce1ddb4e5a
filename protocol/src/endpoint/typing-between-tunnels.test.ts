/** An agent's tunnels share its link: keys in one of them make the bulk of another give way. */
import { expect, it } from "vitest";
import type { FakeClock } from "../testing/fake-clock.ts";
import type { MemoryPathOptions } from "../testing/memory-path.ts";
import { createOpeningStage, type OpeningStage } from "../testing/opening-stage.ts";
import type { ByteStream } from "./byte-stream.ts";
import type { ViewerTunnel } from "./opening-api.ts";

const bytesPerMs = 1_000;
const delayMs = 20;
const chunk = new Uint8Array(16_000);

/** A pipe of a rate and a length, with a queue each way. */
function slowPipe(clock: FakeClock): MemoryPathOptions {
  const leavingMs = { first: 0, second: 0 };
  let next: { readonly from: "first" | "second"; readonly bytes: number } = { from: "first", bytes: 0 };
  return {
    queueBytes: 1_000_000,
    tamper: (message, from) => {
      next = { from, bytes: message.length };
      return message;
    },
    clock: {
      nowMs: clock.nowMs,
      setTimer: (_delayMs, callback) => {
        const leaves = Math.max(clock.nowMs(), leavingMs[next.from]) + next.bytes / bytesPerMs;
        leavingMs[next.from] = leaves;
        return clock.setTimer(leaves - clock.nowMs() + delayMs, callback);
      },
    },
  };
}

async function open(stage: OpeningStage, tunnel: number): Promise<ViewerTunnel> {
  const { first } = stage.relay(slowPipe(stage.clock));
  const opening = stage.open({ path: first, tunnelId: new Uint8Array(16).fill(tunnel) });
  await stage.clock.advance(1_000);
  return opening;
}

async function sendWithoutEnd(stream: ByteStream): Promise<void> {
  for (;;) await stream.write(chunk);
}

async function take(stream: ByteStream): Promise<void> {
  while ((await stream.read()) !== null);
}

async function echo(stream: ByteStream): Promise<void> {
  for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) await stream.write(bytes);
}

it("a download gives way to keys in another tunnel of its agent", async () => {
  const stage = createOpeningStage();
  const [loading, typing] = [await open(stage, 1), await open(stage, 2)];
  const serve = (stream: ByteStream) => (stream.kind === "http" ? sendWithoutEnd(stream) : echo(stream));
  for (const tunnel of stage.agentTunnels) tunnel.onStream((stream) => void serve(stream).catch(() => {}));
  const download = loading.openStream("http");
  void take(download).catch(() => {});
  await stage.clock.advance(4_000);

  const waitMs = async (): Promise<number> => {
    const probe = loading.openStream("tcp");
    const startedMs = stage.clock.nowMs();
    let tookMs = Number.NaN;
    void probe.write(Uint8Array.of(1)).then(async () => {
      await probe.read();
      tookMs = stage.clock.nowMs() - startedMs;
      probe.end();
    });
    await stage.clock.advance(500);
    return tookMs - 2 * delayMs;
  };
  const before = await waitMs();
  const keys = typing.openStream("websocket");
  void take(keys).catch(() => {});
  for (let count = 0; count < 30; count += 1) {
    await keys.write(Uint8Array.of(1));
    await stage.clock.advance(100);
  }
  const beside = await waitMs();
  expect(before).toBeGreaterThan(60);
  expect(beside).toBeLessThan(before / 2);
  for (const tunnel of [loading, typing]) tunnel.close("closed", "the test is over");
  await stage.clock.advance(1_000);
});
