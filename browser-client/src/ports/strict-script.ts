/** Directive prologues of scripts (tc39.es/ecma262 §11.2.1): a script that something is put before must stay strict. */

/** White space, comments and a directive's end. */
const gap = /(?:[\s\uFEFF;]|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)*/y;
const literal = /"(?:[^"\\\n\r]|\\[\s\S])*"|'(?:[^'\\\n\r]|\\[\s\S])*'/y;

/** True where a script says `"use strict"` before its first statement. */
export function isStrictScript(text: string): boolean {
  for (let at = 0; ; ) {
    at = endOf(gap, text, at) ?? at;
    const end = endOf(literal, text, at);
    if (end === undefined) return false;
    const directive = text.slice(at + 1, end - 1);
    at = end;
    // A literal that goes on as an expression is no directive.
    if (/^\s*[.,+\-*/%[(&|?=<>]/.test(text.slice(at, at + 32).replace(/^\s*\/[/*].*/s, ""))) return false;
    if (directive === "use strict") return true;
  }
}

/** True where `text` is long enough to know: the prologue is over before its end. */
export function isPrologueKnown(text: string): boolean {
  let at = 0;
  for (;;) {
    at = endOf(gap, text, at) ?? at;
    const end = endOf(literal, text, at);
    if (end === undefined) break;
    at = end;
  }
  const rest = text.slice(at);
  if (rest.length < 2) return false;
  return !rest.startsWith("/*") && !/^["']/.test(rest);
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
