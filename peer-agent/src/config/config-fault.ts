/** What is wrong in a configuration, in words and by its place. Pure. */
import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/** One fault. `line` and `column` count from 1. */
export interface ConfigFault {
  readonly line: number;
  readonly column: number;
  readonly words: string;
}

/** What stands where, as far as words need it: path into the value, and whether the key itself is at fault. */
export interface FaultPlace {
  readonly path: readonly PropertyKey[];
  readonly isKey: boolean;
}

/** The fault's place and words; of a choice among shapes, those of the shape that comes nearest. */
export function faultsOf(issue: Issue): readonly { readonly place: FaultPlace; readonly words: string }[] {
  const { path } = issue;
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        place: { path: [...path, key], isKey: true },
        words: `"${key}" is no key ${path.length === 0 ? "of this file" : `of ${dotted(path)}`}`,
      }));
    case "invalid_key":
      return [{ place: { path, isKey: true }, words: `"${String(path.at(-1))}": ${messageOf(issue.issues)}` }];
    case "invalid_union": {
      const [nearest] = issue.errors
        .map((errors) => errors.flatMap((inner) => faultsOf({ ...inner, path: [...path, ...inner.path] })))
        .toSorted((one, other) => depthOf(other) - depthOf(one));
      if (nearest !== undefined && depthOf(nearest) > path.length) return nearest;
      return [{ place: { path, isKey: false }, words: `${dotted(path)}: ${unionWords(issue)}` }];
    }
    default:
      return [{ place: { path, isKey: false }, words: `${dotted(path)}: ${wordsOf(issue)}` }];
  }
}

/** `services.web.target`; "the file" for the whole. */
export function dotted(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the file";
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}

function wordsOf(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? `is missing; ${named(issue.expected)} belongs here`
        : `is not ${named(issue.expected)}`;
    case "invalid_value":
      return `is none of ${issue.values.map((value) => String(value)).join(", ")}`;
    case "too_small":
      return issue.origin === "string" ? "is empty" : `is less than ${issue.minimum}`;
    case "too_big":
      return `is more than ${issue.maximum}${issue.origin === "string" ? " characters" : ""}`;
    default:
      return issue.message;
  }
}

function unionWords(issue: Extract<Issue, { code: "invalid_union" }>): string {
  const options = "options" in issue && Array.isArray(issue.options) ? issue.options : undefined;
  if ("discriminator" in issue && options !== undefined) {
    return `is none of ${options.map(String).join(", ")}`;
  }
  const [first] = issue.errors.flat();
  return first === undefined ? issue.message : wordsOf(first);
}

function messageOf(issues: readonly Issue[]): string {
  return issues[0]?.message ?? "this cannot be a key";
}

function named(type: string): string {
  const names: Record<string, string> = {
    ...{ string: "text", number: "a number", int: "a whole number", boolean: "true or false" },
    ...{ object: "a group of keys", record: "a group of keys", array: "a list" },
  };
  return names[type] ?? type;
}

function depthOf(faults: readonly { readonly place: FaultPlace }[]): number {
  return Math.max(0, ...faults.map(({ place }) => place.path.length));
}
