import { describe, expect, it } from "vitest";
import { YieldingWindow } from "./yielding-window.ts";

const KiB = 1024;

/** Bytes on their way once the window is full. */
function filled(window: YieldingWindow): number {
  let bytes = 0;
  while (window.allows(bytes)) bytes += KiB;
  return bytes;
}

function begun(inFlightBytes: number): YieldingWindow {
  const window = new YieldingWindow();
  window.begin(1, inFlightBytes);
  return window;
}

describe("the window of bulk that yields", () => {
  it("bounds nothing while nobody types", () => {
    const window = new YieldingWindow();
    expect(window.allows(1024 * KiB)).toBe(true);
    expect(window.wantsRoundTrip).toBe(false);
    window.begin(1, 512 * KiB);
    expect(window.allows(1024 * KiB)).toBe(false);
    window.end();
    expect(window.allows(1024 * KiB)).toBe(true);
  });

  it("begins with what is on its way, and keeps to that while keys go on", () => {
    const window = begun(700 * KiB);
    window.begin(1, 2_000 * KiB);
    expect(filled(window)).toBe(700 * KiB);
  });

  it("begins anew with the next spell, also where nobody asked in between", () => {
    const window = begun(800 * KiB);
    filled(window);
    window.measured(350, 300);
    window.begin(2, 0);
    expect(filled(window)).toBe(256 * KiB);
  });

  it("falls by a quarter a round trip at most, and rises by a fifth at most", () => {
    const window = begun(800 * KiB);
    filled(window);
    window.measured(350, 300);
    expect(filled(window)).toBe(600 * KiB);
    window.measured(50, 0);
    expect(filled(window)).toBe(720 * KiB);
    window.measured(72.5, 22.5);
    expect(filled(window), "half as long again as the target").toBe(630 * KiB);
  });

  it("holds what it has at the target", () => {
    const window = begun(800 * KiB);
    filled(window);
    window.measured(65, 15);
    expect(filled(window)).toBe(800 * KiB);
  });

  it("lets a message and a half wait where one takes long by itself", () => {
    const window = begun(256 * KiB);
    filled(window);
    // 256 KiB in 400 ms: a message takes 25.
    window.measured(400, 37.5);
    expect(filled(window)).toBe(256 * KiB);
    window.measured(400, 75);
    expect(filled(window)).toBe(192 * KiB);
  });

  it("never falls below two messages", () => {
    const window = begun(800 * KiB);
    for (let count = 0; count < 50; count += 1) {
      filled(window);
      window.measured(1050, 1_000);
    }
    expect(filled(window)).toBe(32 * KiB);
  });

  it("does not rise where it is not used, and falls from what was used", () => {
    const window = begun(800 * KiB);
    expect(window.allows(200 * KiB)).toBe(true);
    window.measured(50, 0);
    expect(filled(window)).toBe(800 * KiB);
    window.measured(65, 15);
    expect(window.allows(200 * KiB)).toBe(true);
    window.measured(80, 30);
    expect(filled(window)).toBe(150 * KiB);
  });

  it("does not take what the way itself makes wait for bulk's doing", () => {
    const window = begun(600 * KiB);
    // Its round trips vary by 40 ms more than the shortest, whatever bulk does.
    const wait = () => {
      const bytes = filled(window);
      window.measured(100, 40);
      return bytes;
    };
    for (let count = 0; count < 12; count += 1) wait();
    const least = Math.min(...Array.from({ length: 30 }, wait));
    expect(least, "at first it gives way").toBeLessThanOrEqual(64 * KiB);
    const after = Array.from({ length: 60 }, wait);
    expect(Math.min(...after)).toBeGreaterThan(400 * KiB);
  });

  it("still falls to the least where it is bulk that fills a slow way", () => {
    const window = begun(256 * KiB);
    // 64 KiB take half a second, and so does the queue of as many.
    for (let count = 0; count < 60; count += 1) {
      const takesMs = filled(window) / 128;
      window.measured(50 + takesMs, takesMs);
    }
    expect(filled(window)).toBeLessThanOrEqual(48 * KiB);
  });

  it("learns nothing from a round trip without bulk", () => {
    const window = begun(800 * KiB);
    window.measured(350, 300);
    expect(filled(window)).toBe(800 * KiB);
  });

  it("asks for round trips only where bulk is on its way", () => {
    const window = begun(0);
    expect(window.wantsRoundTrip).toBe(false);
    window.allows(16 * KiB);
    expect(window.wantsRoundTrip).toBe(false);
    window.allows(32 * KiB);
    expect(window.wantsRoundTrip).toBe(true);
    window.measured(60, 10);
    expect(window.wantsRoundTrip).toBe(false);
  });
});
