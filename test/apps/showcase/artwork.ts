/** Pictures for the gallery: contour lines drawn from a number, as SVG. The same number gives the same picture. */

const width = 480;
const height = 320;
const palettes = [
  ["#0e3a43", "#5cc6c0"],
  ["#1f2a44", "#8fb4ff"],
  ["#3a2233", "#f0a6b8"],
  ["#22331f", "#a9d18e"],
  ["#3b2f1a", "#f1c878"],
  ["#2a2a2e", "#d7d7dc"],
] as const;

/** How many pictures the gallery shows. */
export const artworkCount = 12;

/** The picture of a number: an SVG document. */
export function artworkSvg(number: number): string {
  const random = randomFrom(number * 2_654_435_761);
  const [ground, line] = palettes[number % palettes.length] ?? palettes[0];
  const hills = Array.from({ length: 3 }, () => ({
    x: random() * width,
    y: random() * height,
    size: 50 + random() * 90,
  }));
  const contours = Array.from({ length: 22 }, (_, level) => contour(hills, 12 + level * 13, level));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">
<title>Contours ${number}</title><rect width="${width}" height="${height}" fill="${ground}"/>
<g fill="none" stroke="${line}" stroke-width="1.2">${contours.join("")}</g></svg>`;
}

interface Hill {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** A closed line around the first hill, pushed away by the others. */
function contour(hills: readonly Hill[], radius: number, level: number): string {
  const [centre, ...others] = hills;
  if (centre === undefined) return "";
  const points = Array.from({ length: 73 }, (_, index) => {
    const angle = (index / 72) * 2 * Math.PI;
    const push = others.reduce((sum, other, place) => {
      const towards = Math.cos(angle - Math.atan2(other.y - centre.y, other.x - centre.x) + place);
      return sum + towards * Math.sin(radius / other.size) * other.size * 0.22;
    }, 0);
    const reach = radius + push;
    return `${(centre.x + reach * Math.cos(angle) * 1.25).toFixed(1)},${(centre.y + reach * Math.sin(angle)).toFixed(1)}`;
  });
  return `<polyline opacity="${(1 - level / 26).toFixed(2)}" points="${points.join(" ")}"/>`;
}

/** Mulberry32: small, seeded, good enough for pictures. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
