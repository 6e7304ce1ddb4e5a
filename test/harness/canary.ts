/** Secrets that a test plants, and the search for them in everything that somebody else could have seen. */

/** Where a secret was found, in which writing. */
export interface Sighting {
  readonly canary: string;
  readonly form: string;
  readonly place: string;
}

/** A place to search: a log, a file, one direction of a connection. */
export interface Place {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Shorter ones turn up by chance in a few megabytes of anything. */
const leastLength = 8;

/** Every place where a secret stands, as it is or written in base64, base64url, hex or percent codes. */
export function findCanaries(
  canaries: Readonly<Record<string, string>>,
  places: readonly Place[],
): readonly Sighting[] {
  return Object.entries(canaries).flatMap(([canary, secret]) => {
    if (secret.length < leastLength) throw new RangeError(`The canary "${canary}" is too short to be told from noise.`);
    return [...formsOf(secret)].flatMap(([form, text]) =>
      places
        .filter(({ bytes }) => bytes.includes(text, 0, "latin1"))
        .map(({ name }) => ({ canary, form, place: name })),
    );
  });
}

/** A secret's writings. base64 depends on where the secret begins in a group of three bytes: all three are tried. */
function formsOf(secret: string): ReadonlyMap<string, string> {
  const bytes = Buffer.from(secret, "utf8");
  const forms = new Map([["plain", bytes.toString("latin1")]]);
  for (const shift of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    // Characters that depend on the neighbours are left off on both sides.
    const inner = text
      .slice(shift === 0 ? 0 : shift + 1)
      .replace(/=+$/, "")
      .slice(0, -1);
    forms.set(`base64 shifted by ${shift}`, inner);
    forms.set(`base64url shifted by ${shift}`, inner.replaceAll("+", "-").replaceAll("/", "_"));
  }
  forms.set("hex", bytes.toString("hex"));
  forms.set("upper-case hex", bytes.toString("hex").toUpperCase());
  forms.set("percent codes", encodeURIComponent(secret));
  return forms;
}
