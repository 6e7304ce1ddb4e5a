/** Screenshots with a palette: a page has few colours, so a quarter of the bytes shows the same. */
import { crc32, deflateSync } from "node:zlib";
import { PNG } from "pngjs";

/** As many as a palette of one byte has; so many of them are those that fill the most. */
const paletteColours = 256;
const commonColours = 32;
const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * A PNG image with a palette (PNG 3rd edition, colour type 3) of an opaque one. The colours that fill the most pixels stay
 * as they are, and small signs keep theirs; the others, of edges of letters for the most part, become the nearest of those.
 */
export function smallPng(png: Uint8Array): Uint8Array {
  const { width, height, data } = PNG.sync.read(Buffer.from(png));
  const colourAt = (pixel: number): number => data.readUIntBE(pixel * 4, 3);
  const counts = new Map<number, number>();
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const colour = colourAt(pixel);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = paletteOf(counts);
  const indexes = new Map([...counts.keys()].map((colour) => [colour, nearest(palette, colour)]));
  // Each line begins with its filter: none, the best for palettes.
  const lines = Buffer.alloc(height * (width + 1));
  for (let line = 0; line < height; line += 1) {
    for (let column = 0; column < width; column += 1) {
      lines[line * (width + 1) + column + 1] = indexes.get(colourAt(line * width + column)) ?? 0;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("PLTE", Buffer.from(palette.flatMap(partsOf))),
    chunk("IDAT", deflateSync(lines, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function partsOf(colour: number): [red: number, green: number, blue: number] {
  return [colour >> 16, (colour >> 8) & 0xff, colour & 0xff];
}

/** The most frequent colours, then again and again the one that is shown worst so far: by how much, on how many pixels. */
function paletteOf(counts: ReadonlyMap<number, number>): number[] {
  const byCount = [...counts].sort(([one, most], [other, more]) => more - most || one - other);
  const palette = byCount.slice(0, commonColours).map(([colour]) => colour);
  const left = byCount.slice(commonColours).map(([colour, count]) => {
    const off = Math.min(...palette.map((shown) => distance(shown, colour)));
    return { colour, count, off };
  });
  while (palette.length < paletteColours) {
    let worst: (typeof left)[number] | undefined;
    for (const each of left)
      if (each.off > 0 && each.off * each.count > (worst?.off ?? 0) * (worst?.count ?? 0)) worst = each;
    if (worst === undefined) break;
    const { colour } = worst;
    palette.push(colour);
    for (const each of left) each.off = Math.min(each.off, distance(colour, each.colour));
  }
  return palette;
}

function nearest(palette: readonly number[], colour: number): number {
  const off = palette.map((shown) => distance(shown, colour));
  return off.indexOf(Math.min(...off));
}

/** Squared, in the cube of red, green and blue. */
function distance(one: number, other: number): number {
  const [red, green, blue] = partsOf(one);
  const [otherRed, otherGreen, otherBlue] = partsOf(other);
  return (red - otherRed) ** 2 + (green - otherGreen) ** 2 + (blue - otherBlue) ** 2;
}

function chunk(type: string, body: Uint8Array): Uint8Array {
  const named = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(body.length, 0);
  whole.set(named, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
