/** Challenges of WWW-Authenticate (RFC 9110 §11.6.1), as far as a person can be asked. Pure. */

/** One challenge. `scheme` in lower case; `realm` empty where it has none. */
export interface AuthChallenge {
  readonly scheme: string;
  readonly realm: string;
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const gap = /[\s,]*/y;
const parameter = new RegExp(`(${token})\\s*=\\s*("(?:[^"\\\\]|\\\\.)*"|${token})(?=\\s*(?:,|$))`, "y");
const start = new RegExp(`(${token})(?![^\\s,])(?:[ \\t]+[A-Za-z0-9._~+/-]+=*(?=\\s*(?:,|$)))?`, "y");

/** The challenges of all header values, in order. What fits no grammar ends its value. */
export function authChallenges(values: readonly string[]): readonly AuthChallenge[] {
  return values.flatMap((value) => {
    const challenges: { scheme: string; realm: string }[] = [];
    for (let at = 0; at < value.length; ) {
      at += lengthOf(gap, value, at);
      const given = matchAt(parameter, value, at);
      const scheme = given === null ? matchAt(start, value, at) : null;
      const last = challenges.at(-1);
      if (scheme !== null) challenges.push({ scheme: (scheme[1] ?? "").toLowerCase(), realm: "" });
      else if (given !== null && last !== undefined && given[1]?.toLowerCase() === "realm")
        last.realm = plain(given[2]);
      else if (given === null) break;
      at += (given ?? scheme)?.[0].length ?? 0;
    }
    return challenges;
  });
}

/** A quoted string without its quotes (RFC 9110 §5.6.4), or a token. */
function plain(text = ""): string {
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function lengthOf(pattern: RegExp, text: string, at: number): number {
  return matchAt(pattern, text, at)?.[0].length ?? 0;
}
