/**
 * Where a first script may be put into an HTML document: after byte order mark, comments, doctype, `<html>` and
 * `<head …>`, else before the first other token (html.spec.whatwg.org §13.2.6.4, the modes before "in head").
 * Invariant: nothing is parsed beyond that place, and no byte is ever changed.
 */
import type { CodeUnits } from "./code-units.ts";

/** `insert`: the code unit before which to insert; `more`: undecided, go on at `from`; `never`: there is no place. */
export type ScanResult =
  | { readonly type: "insert"; readonly at: number }
  | { readonly type: "more"; readonly from: number }
  | { readonly type: "never" };

/** XHTML is parsed as XML: a script outside the root element would break the document. */
export type Grammar = "html" | "xhtml";

/** Looks for the place from `from` on, which is 0, the end of a byte order mark, or the `from` of a result `more`. */
export function scanForHead(units: CodeUnits, from: number, grammar: Grammar): ScanResult {
  let at = from;
  for (;;) {
    while (isSpace(units.at(at))) at += 1;
    if (at >= units.length) return { type: "more", from: at };
    const next = skipToken(units, at);
    if (next === "more") return { type: "more", from: at };
    if (next === "other") {
      return grammar === "html" ? { type: "insert", at } : { type: "never" };
    }
    if (next.name === "head") return { type: "insert", at: next.end };
    at = next.end;
  }
}

type Token = { readonly name: "comment" | "html" | "head"; readonly end: number } | "more" | "other";

/** The token at `at` if the place lies behind it; `other` for a token that the place lies before. */
function skipToken(units: CodeUnits, at: number): Token {
  if (units.at(at) !== lessThan) return "other";
  const second = units.at(at + 1);
  if (second === -1) return "more";
  if (second === 0x21 /* ! */) return skipDeclaration(units, at);
  if (second === 0x3f /* ? */) return endingAt(units.indexOf(">", at + 2), 1, "comment");
  for (const name of ["html", "head"] as const) {
    const stands = tagStands(units, at, name);
    if (stands === "more") return "more";
    if (stands) return endingAt(tagEnd(units, at + 1 + name.length), 0, name);
  }
  return "other";
}

/** A comment or a doctype; anything else behind `<!` is a comment to the parser as well. */
function skipDeclaration(units: CodeUnits, at: number): Token {
  if (units.at(at + 2) === 0x2d && units.at(at + 3) === -1) return "more";
  if (units.at(at + 2) === -1) return "more";
  if (!units.startsWith("--", at + 2)) return endingAt(units.indexOf(">", at + 2), 1, "comment");
  if (units.startsWith(">", at + 4)) return { name: "comment", end: at + 5 };
  if (units.startsWith("->", at + 4)) return { name: "comment", end: at + 6 };
  const plain = units.indexOf("-->", at + 4);
  const bang = units.indexOf("--!>", at + 4);
  if (bang !== -1 && (plain === -1 || bang < plain)) return endingAt(bang, 4, "comment");
  return endingAt(plain, 3, "comment");
}

/** Whether `<name` followed by a space, `/` or `>` stands there. */
function tagStands(units: CodeUnits, at: number, name: string): boolean | "more" {
  for (let offset = 0; offset < name.length; offset += 1) {
    if (at + 1 + offset >= units.length) return "more";
    if (!units.startsWith(name.charAt(offset), at + 1 + offset)) return false;
  }
  const after = units.at(at + 1 + name.length);
  if (after === -1) return "more";
  return isSpace(after) || after === 0x2f || after === greaterThan;
}

/** The index behind a tag's `>`, which may stand inside a quoted attribute value; -1 where it is not there yet. */
function tagEnd(units: CodeUnits, from: number): number {
  let quote = 0;
  let beforeValue = false;
  for (let index = from; index < units.length; index += 1) {
    const unit = units.at(index);
    if (quote !== 0) {
      if (unit === quote) quote = 0;
    } else if (unit === greaterThan) {
      return index + 1;
    } else if (beforeValue && (unit === 0x22 || unit === 0x27)) {
      quote = unit;
      beforeValue = false;
    } else if (!isSpace(unit)) {
      beforeValue = unit === 0x3d; /* = */
    }
  }
  return -1;
}

function endingAt(index: number, length: number, name: "comment" | "html" | "head"): Token {
  return index === -1 ? "more" : { name, end: index + length };
}

const lessThan = 0x3c;
const greaterThan = 0x3e;

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x09 || unit === 0x0d || unit === 0x0c;
}
