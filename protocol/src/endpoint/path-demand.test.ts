import { describe, expect, test } from "vitest";
import { PathDemand } from "./path-demand.ts";

const MiB = 1024 * 1024;

/** A transfer in samples of half a second; each tells MiB/s, and paths come up as wanted unless `paths` says otherwise. */
function transfer(options: { rttMs?: number | undefined; isDirect?: boolean; startMs?: number } = {}) {
  const { isDirect = true, startMs = 0 } = options;
  const shortestRttMs = "rttMs" in options ? options.rttMs : 50;
  const demand = new PathDemand();
  let nowMs = startMs;
  const run = (seconds: number, rate: (paths: number) => number, up = (wanted: number) => wanted): number[] => {
    const wanted: number[] = [];
    for (let sample = 0; sample < seconds * 2; sample += 1) {
      nowMs += 500;
      const paths = up(demand.wanted);
      wanted.push(demand.sample({ nowMs, bytesPerSecond: rate(paths) * MiB, shortestRttMs, paths, isDirect }));
    }
    return wanted;
  };
  return { demand, run, now: () => nowMs };
}

const stagesOf = (wanted: readonly number[]) => wanted.filter((paths, index) => paths !== wanted[index - 1]);

describe("growth", () => {
  test("goes by stages while each brings something, up to eight paths, within eight seconds", () => {
    const { run } = transfer();
    expect(stagesOf(run(8, (paths) => 1.4 * Math.max(1, paths - 1)))).toEqual([1, 4, 8]);
  });

  test("takes no stage for a short burst, nor for what is less than a path carries that loses packets", () => {
    expect(stagesOf(transfer().run(0.5, () => 5))).toEqual([1]);
    expect(stagesOf(transfer().run(1, () => 0.4))).toEqual([1]);
    expect(stagesOf(transfer().run(60, () => 0.1))).toEqual([1]);
    expect(stagesOf(transfer({ rttMs: 10 }).run(60, () => 0.4))).toEqual([1]);
  });

  test("goes by stages where each of several paths crawls", () => {
    const { run } = transfer({ rttMs: 200 });
    expect(stagesOf(run(12, (paths) => 0.04 * Math.max(1, paths - 1)))).toEqual([1, 4, 8]);
  });

  test("tries one stage, not every one, where bytes come slowly of themselves", () => {
    expect(stagesOf(transfer().run(200, () => 0.3))).toEqual([1, 4]);
  });

  test("takes no stage on a short way, nor where no round trip is known", () => {
    expect(stagesOf(transfer({ rttMs: 8 }).run(60, () => 20))).toEqual([1]);
    expect(stagesOf(transfer({ rttMs: undefined }).run(60, () => 20))).toEqual([1]);
  });

  test("takes no stage over a TURN server", () => {
    expect(stagesOf(transfer({ isDirect: false }).run(60, () => 5))).toEqual([1]);
  });

  test("stops where a stage brings nothing, and tries the next one ever more rarely", () => {
    const { run } = transfer();
    expect(stagesOf(run(7, () => 2))).toEqual([1, 4]);
    expect(stagesOf(run(120, () => 2))).toEqual([4, 8]);
  });

  test("waits for paths that are on their way, but not for ever", () => {
    const { run } = transfer();
    expect(
      stagesOf(
        run(
          5,
          (paths) => paths,
          () => 1,
        ),
      ),
    ).toEqual([1, 4]);
    expect(
      run(
        8,
        () => 9,
        () => 2,
      ).at(-1),
    ).toBeGreaterThan(4);
  });

  test("pauses where a path did not come up", () => {
    const { demand, run, now } = transfer();
    run(2, (paths) => 1.4 * paths);
    expect(demand.wanted).toBe(4);
    demand.refused(now());
    expect(stagesOf(run(10, (paths) => 1.4 * paths))).toEqual([4]);
  });
});

describe("rest", () => {
  test("comes after fifteen seconds without bulk, not with a pause between two transfers", () => {
    const { demand, run } = transfer();
    run(8, (paths) => 1.4 * paths);
    expect(stagesOf(run(10, () => 0))).toEqual([8]);
    expect(stagesOf(run(1, () => 6))).toEqual([8]);
    expect(stagesOf(run(14, () => 0.01))).toEqual([8]);
    expect(run(2, () => 0.01).at(-1)).toBe(1);
    expect(demand.restAtMs).toBe(Number.POSITIVE_INFINITY);
  });

  test("comes by time alone where no more samples come", () => {
    const { demand, run, now } = transfer();
    run(8, (paths) => 1.4 * paths);
    expect(demand.rest(demand.restAtMs - 1)).toBe(8);
    expect(demand.restAtMs).toBe(now() + 15_000);
    expect(demand.rest(demand.restAtMs)).toBe(1);
  });

  test("keeps what a transfer still half fills", () => {
    const { run } = transfer();
    run(8, (paths) => 1.4 * paths);
    expect(stagesOf(run(60, () => 0.3))).toEqual([8]);
  });

  test("begins anew with the first stage", () => {
    const { run } = transfer();
    run(8, (paths) => 1.4 * paths);
    run(20, () => 0);
    expect(stagesOf(run(8, (paths) => 1.4 * paths))).toEqual([1, 4, 8]);
  });

  test("comes at once where the direct way is gone", () => {
    const { demand, run, now } = transfer();
    run(8, (paths) => 1.4 * paths);
    const sample = { nowMs: now() + 500, bytesPerSecond: 6 * MiB, shortestRttMs: 50, paths: 1, isDirect: false };
    expect(demand.sample(sample)).toBe(1);
  });
});
