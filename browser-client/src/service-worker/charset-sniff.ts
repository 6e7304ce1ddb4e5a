/**
 * The charset that an HTML document's first bytes state, found before a script tag is put in front of them: the
 * browser looks at 1,024 bytes only, and the inserted tag would push a `<meta charset>` out of its sight
 * (html.spec.whatwg.org §13.2.3.2). Put into Content-Type, it stands for sure.
 */

/** As far as a browser looks. */
export const sniffBytes = 1024;

/** The label that a meta element in the first bytes states, or undefined. */
export function sniffCharset(bytes: Uint8Array): string | undefined {
  const text = latin1(bytes.subarray(0, sniffBytes)).replace(/<!--[\s\S]*?(-->|$)/g, "");
  for (const [tag] of text.matchAll(/<meta[\s/][^>]*>/gi)) {
    const label = labelIn(tag);
    if (label !== undefined) return usableLabel(label);
  }
  return undefined;
}

/** True once more bytes cannot change what is found: enough of them, or the head is over. */
export function isSniffed(bytes: Uint8Array): boolean {
  return bytes.length >= sniffBytes || sniffCharset(bytes) !== undefined || /<\/head|<body/i.test(latin1(bytes));
}

/** The label of one meta tag: its charset attribute, or the parameter of a Content-Type that it stands for. */
function labelIn(tag: string): string | undefined {
  const attributes = new Map<string, string>();
  for (const [, name = "", double, single, bare] of tag.slice("<meta".length).matchAll(attribute)) {
    attributes.set(name.toLowerCase(), double ?? single ?? bare ?? "");
  }
  const own = attributes.get("charset");
  if (own !== undefined || attributes.get("http-equiv")?.toLowerCase() !== "content-type") return own?.trim();
  return /charset\s*=\s*["']?\s*([^\s"';]+)/i.exec(attributes.get("content") ?? "")?.[1];
}

const attribute = /([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;

/** A document whose meta could be read as ASCII is not UTF-16 (html.spec.whatwg.org §13.2.3.2, step 15 ff.). */
function usableLabel(label: string): string | undefined {
  if (!/^[\w:.+-]{1,40}$/.test(label)) return undefined;
  const name = label.toLowerCase();
  if (name.startsWith("utf-16")) return "utf-8";
  return name === "x-user-defined" ? "windows-1252" : name;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, sniffBytes));
}
