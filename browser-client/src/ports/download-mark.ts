/**
 * The mark of a download: a last query parameter that the shim puts on a link's address and the worker takes off. Its
 * value is the wanted file name; the rest of the address stays as it is written.
 */
const parameter = "culvert-download";

/** An address without fragment, marked. */
export function addDownloadMark(address: string, fileName: string): string {
  return `${address}${address.includes("?") ? "&" : "?"}${parameter}=${encodeURIComponent(fileName)}`;
}

/** The address without the mark, and the file name where there was one. */
export function takeDownloadMark(address: string): { readonly address: string; readonly fileName: string | undefined } {
  const found = /[?&]culvert-download=([^&#]*)$/.exec(address);
  if (found === null) return { address, fileName: undefined };
  return { address: address.slice(0, found.index), fileName: decoded(found[1] ?? "") };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
