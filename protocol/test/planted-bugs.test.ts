/** Faults planted in the core, each of which the seeded runs must notice: a check that cannot fail checks nothing. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { runTunnel } from "../src/testing/tunnel-run.ts";
import { ReceiveHalf } from "../src/tunnel/receive-half.ts";
import { SendHalf } from "../src/tunnel/send-half.ts";
import { StreamTable } from "../src/tunnel/stream-table.ts";
import { Window, WindowBudget } from "../src/tunnel/window.ts";

/** Runs within which each fault is found; the rarest takes about a hundred. */
const mostRuns = 500;

/** How many runs it took; undefined where none noticed. */
function runsUntilCaught(beforeEach: () => void = () => {}): number | undefined {
  for (let seed = 1; seed <= mostRuns; seed++) {
    beforeEach();
    try {
      runTunnel(seed);
    } catch {
      return seed;
    }
  }
  return undefined;
}

afterEach(() => void vi.restoreAllMocks());

function expectCaught(runs: number | undefined): void {
  expect(runs, `no run of ${mostRuns} noticed`).toBeDefined();
}

describe("the seeded runs notice", () => {
  it("one retransmission that is dropped", () => {
    const { lose } = SendHalf.prototype;
    let isDropped = false;
    vi.spyOn(SendHalf.prototype, "lose").mockImplementation(function (this: SendHalf, from, to) {
      if (isDropped) lose.call(this, from, to);
      isDropped = true;
    });
    expectCaught(
      runsUntilCaught(() => {
        isDropped = false;
      }),
    );
  });

  it("an END that is not acknowledged", () => {
    const { acknowledge } = SendHalf.prototype;
    vi.spyOn(SendHalf.prototype, "acknowledge").mockImplementation(function (this: SendHalf, offset, ranges) {
      acknowledge.call(this, Math.min(offset, this.written), ranges);
    });
    expectCaught(runsUntilCaught());
  });

  it("credit that is given for what was received, not consumed", () => {
    const { accept } = ReceiveHalf.prototype;
    const { consume } = Window.prototype;
    vi.spyOn(Window.prototype, "consume").mockReturnValue(true);
    vi.spyOn(ReceiveHalf.prototype, "accept").mockImplementation(function (this: ReceiveHalf, offset, bytes, end) {
      const before = this.unacknowledgedBytes;
      const received = accept.call(this, offset, bytes, end);
      consume.call(this.window, this.unacknowledgedBytes - before);
      return received;
    });
    expectCaught(runsUntilCaught());
  });

  it("a late opening after a reset that is accepted", () => {
    vi.spyOn(StreamTable.prototype, "finishUnopened").mockImplementation(() => {});
    expectCaught(runsUntilCaught());
  });

  it("windows that grow beyond the tunnel's sum", () => {
    vi.spyOn(WindowBudget.prototype, "take").mockImplementation((wantedBytes) => wantedBytes);
    expectCaught(runsUntilCaught());
  });
});
