/** The part of gifenc that is used here; it comes without types. */
declare module "gifenc" {
  /** Red, green and blue of each colour that stands for those of RGBA `pixels`. */
  export function quantize(pixels: Uint8Array, colours: number): number[][];
  /** For each pixel the index of its colour. */
  export function applyPalette(pixels: Uint8Array, palette: readonly number[][]): Uint8Array;
}
