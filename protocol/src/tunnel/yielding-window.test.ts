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
  window.begin(inFlightBytes);
  return window;
}

describe("the window of bulk that yields", () => {
  it("bounds nothing while nobody types", () => {
    const window = new YieldingWindow();
    expect(window.allows(1024 * KiB)).toBe(true);
    expect(window.wantsRoundTrip).toBe(false);
    window.begin(512 * KiB);
    expect(window.allows(1024 * KiB)).toBe(false);
    window.end();
    expect(window.allows(1024 * KiB)).toBe(true);
  });

  it("begins with what is on its way, and keeps to that while keys go on", () => {
    const window = begun(700 * KiB);
    window.begin(2_000 * KiB);
    expect(filled(window)).toBe(700 * KiB);
  });

  it("falls by a quarter a round trip at most, and rises by a fifth at most", () => {
    const window = begun(800 * KiB);
    filled(window);
    window.waited(300);
    expect(filled(window)).toBe(600 * KiB);
    window.waited(0);
    expect(filled(window)).toBe(720 * KiB);
    window.waited(30);
    expect(filled(window), "half as long again as the target").toBe(630 * KiB);
  });

  it("holds what it has at the target", () => {
    const window = begun(800 * KiB);
    filled(window);
    window.waited(20);
    expect(filled(window)).toBe(800 * KiB);
  });

  it("never falls below two messages", () => {
    const window = begun(800 * KiB);
    for (let count = 0; count < 50; count += 1) {
      filled(window);
      window.waited(1_000);
    }
    expect(filled(window)).toBe(32 * KiB);
  });

  it("does not rise where it is not used, and falls from what was used", () => {
    const window = begun(800 * KiB);
    expect(window.allows(200 * KiB)).toBe(true);
    window.waited(0);
    expect(filled(window)).toBe(800 * KiB);
    window.waited(20);
    expect(window.allows(200 * KiB)).toBe(true);
    window.waited(40);
    expect(filled(window)).toBe(150 * KiB);
  });

  it("asks for round trips only where bulk is on its way", () => {
    const window = begun(0);
    expect(window.wantsRoundTrip).toBe(false);
    window.allows(16 * KiB);
    expect(window.wantsRoundTrip).toBe(false);
    window.allows(32 * KiB);
    expect(window.wantsRoundTrip).toBe(true);
    window.waited(10);
    expect(window.wantsRoundTrip).toBe(false);
  });
});
