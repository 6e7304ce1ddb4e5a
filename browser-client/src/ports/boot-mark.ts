/**
 * The mark of an opening: a boot document that was led to by the App View itself names its core. A foreign page can lead to a
 * boot document too, but it knows no core's name; what it leads to is a cross-site navigation.
 */

const marked = /^#([0-9a-f]{8}-[0-9a-f-]{27})(?=\/)/;
const parameter = "by";

/** The fragment of a boot document: which core opens it, or none, and the path to open. */
export function bootFragment(bootId: string | undefined, path: string): string {
  return `#${bootId ?? ""}${path}`;
}

/** The fragment's parts. `path` is not checked. */
export function readBootFragment(hash: string): { readonly bootId: string | undefined; readonly path: string } {
  const bootId = marked.exec(hash)?.[1];
  return { bootId, path: hash.slice(1 + (bootId ?? "").length) };
}

/** The address at which a boot document stands as it leads on, so that its Referer tells who opened it. */
export function bootAddress(pathname: string, bootId: string): string {
  return `${pathname}?${parameter}=${bootId}`;
}

/** The core that a referrer names, where it is one of our own documents on `origin`; empty where it names none. */
export function openerOf(referrer: string, origin: string): string | undefined {
  const url = URL.canParse(referrer) ? new URL(referrer) : undefined;
  if (url?.origin !== origin || !url.pathname.startsWith("/.culvert/")) return undefined;
  return url.searchParams.get(parameter) ?? "";
}
