/**
 * What `document.cookie` shows: the core's string for this document, with the page's own later changes on top until
 * the core has taken them (RFC 6265bis §5.6 decides for good, in the core).
 */

/** A change that the page made. `value` undefined = deleted. */
interface OwnChange {
  readonly sequence: number;
  readonly name: string;
  readonly value: string | undefined;
}

/** One cookie as script sees it. */
export interface CookiePair {
  readonly name: string;
  readonly value: string;
}

export class CookieView {
  /** Told of what the core changed, deleted ones last, after it shows. */
  onChange: (changed: CookiePair[], deleted: CookiePair[]) => void = () => undefined;
  #cookies: string;
  readonly #waiting = new Map<number, () => void>();
  #changes: readonly OwnChange[] = [];
  #sequence = 0;

  constructor(cookies: string) {
    this.#cookies = cookies;
  }

  /** The string that script reads. */
  get text(): string {
    const pairs = new Map(this.#cookies.split("; ").flatMap((pair) => (pair === "" ? [] : [[nameOf(pair), pair]])));
    for (const { name, value } of this.#changes) {
      if (value === undefined) pairs.delete(name);
      else pairs.set(name, name === "" ? value : `${name}=${value}`);
    }
    return [...pairs.values()].join("; ");
  }

  /** The same, one by one. */
  get pairs(): CookiePair[] {
    return pairsOf(this.text);
  }

  /** The core's word; changes up to `applied` are in it. */
  take(cookies: string, applied: number): void {
    const before = pairsOf(this.#cookies);
    const after = pairsOf(cookies);
    this.#cookies = cookies;
    this.#changes = this.#changes.filter(({ sequence }) => sequence > applied);
    for (const [sequence, taken] of this.#waiting) {
      if (sequence <= applied && this.#waiting.delete(sequence)) taken();
    }
    const changed = after.filter(({ name, value }) => !before.some((old) => old.name === name && old.value === value));
    const deleted = before.filter(({ name }) => !after.some((now) => now.name === name));
    if (changed.length + deleted.length > 0) this.onChange(changed, deleted);
  }

  /** Resolves once the core has taken a change. */
  whenTaken(sequence: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.set(sequence, resolve));
  }

  /** `document.cookie = text` on a page at `path`; gives the sequence for the core. */
  set(text: string, path: string, nowMs: number): number {
    this.#sequence += 1;
    const change = changeOf(text, path, nowMs);
    if (change !== undefined) this.#changes = [...this.#changes, { ...change, sequence: this.#sequence }];
    return this.#sequence;
  }
}

function pairsOf(cookies: string): CookiePair[] {
  return cookies === ""
    ? []
    : cookies.split("; ").map((pair) => ({ name: nameOf(pair), value: pair.slice(pair.indexOf("=") + 1) }));
}

function nameOf(pair: string): string {
  const equals = pair.indexOf("=");
  return equals === -1 ? "" : pair.slice(0, equals);
}

/** What this page will see of a cookie string; undefined where it is not for script or not for this path. */
function changeOf(text: string, path: string, nowMs: number): Omit<OwnChange, "sequence"> | undefined {
  const [pair = "", ...attributes] = text.split(";");
  const equals = pair.indexOf("=");
  const name = (equals === -1 ? "" : pair.slice(0, equals)).trim();
  const value = pair.slice(equals + 1).trim();
  if (name === "" && value === "") return undefined;
  let isOver = false;
  let maxAge: number | undefined;
  for (const attribute of attributes) {
    const [key = "", given = ""] = attribute.split(/=(.*)/s).map((part) => part.trim());
    switch (key.toLowerCase()) {
      case "httponly":
        return undefined;
      case "path":
        if (given.startsWith("/") && !pathMatches(path, given)) return undefined;
        break;
      case "max-age":
        if (/^-?\d+$/.test(given)) maxAge = Number(given);
        break;
      case "expires":
        isOver = Date.parse(given) <= nowMs;
        break;
    }
  }
  if (maxAge !== undefined) isOver = maxAge <= 0;
  return { name, value: isOver ? undefined : value };
}

/** RFC 6265bis §5.1.4. */
function pathMatches(path: string, cookiePath: string): boolean {
  return path === cookiePath || path.startsWith(cookiePath.endsWith("/") ? cookiePath : `${cookiePath}/`);
}
