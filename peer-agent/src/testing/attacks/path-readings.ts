/** How targets of all kinds read a path: each gives what it would serve. Pure. */
import { posix, win32 } from "node:path";

type Reading = (path: string) => string;

const once: Reading = (path) =>
  path.replace(/%[0-9a-f]{2}/gi, (hex) => String.fromCharCode(Number.parseInt(hex.slice(1), 16)));
const twice: Reading = (path) => once(once(path));
const thrice: Reading = (path) => once(twice(path));
const utf8: Reading = (path) => Buffer.from(once(path), "latin1").toString("utf8");
/** As decoders read that accept overlong forms. */
const overlong: Reading = (path) =>
  once(path)
    .replace(/[\xc0\xc1]([\x80-\xbf])/g, (pair) =>
      String.fromCharCode(((pair.charCodeAt(0) & 1) << 6) | (pair.charCodeAt(1) & 63)),
    )
    .replace(/\xe0\x80([\x80-\xbf])/g, (three) => String.fromCharCode(three.charCodeAt(2) & 63));
const noParameters: Reading = (path) => path.replace(/;[^/]*/g, "");
const cutAtNull: Reading = (path) => path.split("\0", 1)[0] ?? "";
const trimmed: Reading = (path) =>
  path.replace(/[. ]+(?=[/\\]|$)/g, (end, at: number) =>
    /^\.{1,2}$/.test(end) && /[/\\]/.test(path[at - 1] ?? "/") ? end : "",
  );

const decodings: Readonly<Record<string, Reading>> = {
  "as it stands": (path) => path,
  "decoded once": once,
  "decoded twice": twice,
  "decoded three times": thrice,
  "as UTF-8": utf8,
  "as UTF-8, folded": (path) => utf8(path).normalize("NFKC"),
  "with overlong forms": overlong,
  "decoded, cut at NUL": (path) => cutAtNull(once(path)),
  "without parameters, decoded": (path) => once(noParameters(path)),
  "decoded, without parameters": (path) => noParameters(once(path)),
  "decoded, ends trimmed": (path) => trimmed(once(path)),
};
const resolutions: Readonly<Record<string, Reading>> = {
  "of POSIX": (path) => posix.normalize(path),
  "of Windows": (path) => win32.normalize(path).replaceAll("\\", "/"),
  "of URLs": (path) => new URL(`http://h${path.startsWith("/") ? "" : "/"}${path}`).pathname,
};

/** Every reading of a path with its name; in lower case, as some file systems have it. */
export function pathReadings(path: string): readonly { readonly name: string; readonly served: string }[] {
  const [pathname = ""] = path.split("?", 1);
  return Object.entries(decodings).flatMap(([decoding, decode]) =>
    Object.entries(resolutions).map(([resolution, resolve]) => ({
      name: `${decoding}, resolved by the rules ${resolution}`,
      served: resolve(decode(pathname)).toLowerCase(),
    })),
  );
}
