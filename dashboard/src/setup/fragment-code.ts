/** The code of a one-time link, `#code=…`. It stays in the fragment, which no server sees, until the page is left. */

/** The code in this page's address; undefined where there is none. */
export function fragmentCode(hash = window.location.hash): string | undefined {
  return new URLSearchParams(hash.slice(1)).get("code") || undefined;
}
