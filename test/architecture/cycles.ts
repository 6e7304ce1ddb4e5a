/** Import cycles among files. */
import { importsOf, type SourceFile, targetOf } from "./sources.ts";

/** Each cycle that a walk along relative imports meets, as `a → b → a`; type imports count too. */
export function findCycles(files: readonly SourceFile[]): readonly string[] {
  const targets = new Map(files.map((file) => [file.path, ownTargets(file)]));
  const finished = new Set<string>();
  const cycles: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const seenAt = trail.indexOf(path);
    if (seenAt >= 0) {
      cycles.push([...trail.slice(seenAt), path].join(" → "));
      return;
    }
    if (finished.has(path)) return;
    for (const target of targets.get(path) ?? []) walk(target, [...trail, path]);
    finished.add(path);
  };
  for (const path of targets.keys()) walk(path, []);
  return cycles;
}

function ownTargets(file: SourceFile): readonly string[] {
  return importsOf(file).flatMap((specifier) => {
    const target = targetOf(file.path, specifier);
    return specifier.startsWith(".") && "own" in target ? [target.own] : [];
  });
}
