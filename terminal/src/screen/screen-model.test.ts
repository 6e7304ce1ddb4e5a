import fc from "fast-check";
import { expect, test } from "vitest";
import { ScreenModel, type ScreenSnapshot } from "./screen-model.ts";

const empty: ScreenSnapshot = { columns: 40, rows: 8, sequence: 0, screen: "" };

async function screenOf(from: ScreenSnapshot, bytes: Uint8Array) {
  const model = new ScreenModel({ from });
  await model.take(bytes);
  const { screen, sequence } = model.snapshot();
  const lines = model.lines();
  model.close();
  return { screen, sequence, lines };
}

/** What programs write: text in several scripts, colours, movement, modes, titles, the second screen. */
const piece = fc.oneof(
  fc.stringMatching(/^[a-z ]{1,50}$/),
  fc.constantFrom("\r\n", "\n", "\t", "\b", "é", "漢字", "🙂", "ё", "═"),
  fc.constantFrom("\x1b[1;31m", "\x1b[38;5;208m", "\x1b[48;2;10;20;30m", "\x1b[m", "\x1b[4m", "\x1b[7m"),
  fc.constantFrom("\x1b[H", "\x1b[5;10H", "\x1b[2A", "\x1b[3C", "\x1b[K", "\x1b[1K", "\x1b[2J", "\x1b[3X", "\x1b[2P"),
  fc.constantFrom("\x1b]0;title\x07", "\x1b]2;other\x1b\\", "\x1b[?2004h", "\x1b[?1h", "\x1bM", "\x1b7", "\x1b8"),
  fc.constantFrom("\x1b[2;6r", "\x1b[r", "\x1b[?1049h", "\x1b[?1049l"),
);

test("a screen told from a snapshot on is the screen told everything, wherever it is cut", {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), fc.nat(), async (pieces, at) => {
      const bytes = Buffer.from(pieces.join(""));
      const cut = bytes.length === 0 ? 0 : at % bytes.length;
      const whole = await screenOf(empty, bytes);
      const model = new ScreenModel({ from: empty });
      await model.take(bytes.subarray(0, cut));
      const snapshot = model.snapshot();
      model.close();
      expect(snapshot.sequence).toBeLessThanOrEqual(cut);
      const reopened = await screenOf(snapshot, bytes.subarray(snapshot.sequence));
      expect(reopened.lines).toEqual(whole.lines);
    }),
    { numRuns: 100 },
  );
});

test("ten thousand lines above the screen are kept, in order", async () => {
  const text = Array.from({ length: 12_000 }, (_, index) => `${index + 1}\r\n`).join("");
  const { lines } = await screenOf(empty, Buffer.from(text));
  expect(lines.length).toBe(10_000 + 8);
  expect(lines.slice(-3)).toEqual(["11999", "12000", ""]);
  expect(lines[0]).toBe("1994");
});

test("a program that asks its terminal gets one answer", async () => {
  const answers: string[] = [];
  const model = new ScreenModel({ from: empty, onAnswer: (bytes) => answers.push(bytes) });
  await model.take(Buffer.from("ab\x1b[6n"));
  expect(answers).toEqual(["\x1b[1;3R"]);
  model.close();
});
