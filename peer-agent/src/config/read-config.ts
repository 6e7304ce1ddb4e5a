/** From the text of a culvert.yaml to what it says, or to what is wrong with it and on which line. Pure. */
import { isMap, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { type ConfigFault, type FaultPlace, faultsOf } from "./config-fault.ts";
import { type Config, configSchema } from "./config-schema.ts";

/** What a text says. */
export type ConfigReading =
  | { readonly type: "config"; readonly config: Config }
  | { readonly type: "faults"; readonly faults: readonly [ConfigFault, ...ConfigFault[]] };

/** Reads YAML 1.2 (of which JSON is a part). Faults come in the order of their lines. */
export function readConfig(text: string): ConfigReading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number, words: string): ConfigFault => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, words };
  };
  const syntax = document.errors.map(({ pos, message }) => at(pos[0], `is no YAML: ${firstLine(message)}`));
  if (isSome(syntax)) return { type: "faults", faults: inOrder(syntax) };
  const offsetOf = (place: FaultPlace) => offsetIn(document.contents, place) ?? 0;
  const fits = configSchema.safeParse(document.toJS() ?? {});
  if (fits.success) return { type: "config", config: fits.data };
  const faults = fits.error.issues.flatMap(faultsOf).map(({ place, words }) => at(offsetOf(place), words));
  return { type: "faults", faults: inOrder(faults) };
}

/** Where a place begins in the text; for what is missing, where it would belong. */
function offsetIn(contents: Node | null, { path, isKey }: FaultPlace): number | undefined {
  let node: unknown = contents;
  let offset = startOf(contents);
  for (const [depth, key] of path.entries()) {
    const isLast = depth === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      if (!(isKey && isLast)) offset = isLast || !isMap(pair.value) ? (startOf(pair.value) ?? offset) : offset;
      node = pair.value;
    } else if (typeof node === "object" && node !== null && "items" in node && Array.isArray(node.items)) {
      node = node.items[Number(key)];
      offset = startOf(node) ?? offset;
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== "object" || node === null || !("range" in node) || !Array.isArray(node.range)) return undefined;
  return Number(node.range[0]);
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? message;
}

function isSome<Item>(items: readonly Item[]): items is readonly [Item, ...Item[]] {
  return items.length > 0;
}

function inOrder(faults: readonly ConfigFault[]): readonly [ConfigFault, ...ConfigFault[]] {
  const sorted = faults.toSorted((one, other) => one.line - other.line || one.column - other.column);
  return isSome(sorted) ? sorted : [{ line: 1, column: 1, words: "the file cannot be read" }];
}
