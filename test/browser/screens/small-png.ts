/** Screenshots with a palette: a page has few colours, so a quarter of the bytes shows the same. */
import { crc32, deflateSync } from "node:zlib";
import { applyPalette, quantize } from "gifenc";
import { PNG } from "pngjs";

/** More are rarely told from all by eye: edges of letters take the most. */
const colours = 128;
const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** A PNG image of at most `colours` colours (PNG 3rd edition, colour type 3) of an opaque one. */
export function smallPng(png: Uint8Array): Uint8Array {
  const { width, height, data } = PNG.sync.read(Buffer.from(png));
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const palette = quantize(pixels, colours);
  const indexes = applyPalette(pixels, palette);
  // Each line begins with its filter: none, the best for palettes.
  const lines = Buffer.alloc(height * (width + 1));
  for (let line = 0; line < height; line += 1) {
    lines.set(indexes.subarray(line * width, (line + 1) * width), line * (width + 1) + 1);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("PLTE", Buffer.from(palette.flatMap(([red = 0, green = 0, blue = 0]) => [red, green, blue]))),
    chunk("IDAT", deflateSync(lines, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, body: Uint8Array): Uint8Array {
  const named = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(body.length, 0);
  whole.set(named, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
