/** Header lists as Node's HTTP parsers give them. Pure. */
import type { HeaderList } from "@culvert/protocol/http";

/** Pairs from a flat list of names and values; bytes read as Latin-1, the one decoding that loses nothing. */
export function pairsOf(raw: readonly (Buffer | string)[]): HeaderList {
  const pairs: HeaderList = [];
  for (let index = 0; index + 1 < raw.length; index += 2) pairs.push([text(raw[index]), text(raw[index + 1])]);
  return pairs;
}

/** Pairs of a head as undici has it; none where it has nothing. */
export function headerPairs(raw: unknown): HeaderList {
  return Array.isArray(raw) ? pairsOf(raw) : [];
}

/** A flat list from pairs. */
export function flatOf(pairs: HeaderList): string[] {
  return pairs.flat();
}

/** Values by name, as Node's HTTP client takes them; duplicates become lists. */
export function recordOf(pairs: HeaderList): Record<string, string | string[]> {
  const record = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (const [name, value] of pairs) {
    const known = record.get(name.toLowerCase());
    if (known === undefined) record.set(name.toLowerCase(), { name, values: [value] });
    else known.values.push(value);
  }
  return Object.fromEntries([...record.values()].map(({ name, values }) => [name, oneOrMany(values)]));
}

/** The one plain length that framed headers have; undefined where the body has none and goes on in chunks. */
export function declaredBytes(headers: HeaderList): number | undefined {
  const length = headers.find(([name]) => name.toLowerCase() === "content-length")?.[1];
  return length === undefined ? undefined : Number(length);
}

function oneOrMany(values: string[]): string | string[] {
  const [only = "", ...others] = values;
  return others.length === 0 ? only : values;
}

function text(part: Buffer | string | undefined): string {
  return typeof part === "string" ? part : (part?.toString("latin1") ?? "");
}
