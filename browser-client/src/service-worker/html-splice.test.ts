import fc from "fast-check";
import { expect, test } from "vitest";
import { HtmlSplice, lookAheadBytes, type SpliceOptions, spliceHtml } from "./html-splice.ts";

const mark = "<S>";

/** The document with the mark where it was put, fed in pieces of the given size. */
function spliced(text: string, options: Partial<SpliceOptions> = {}, pieceBytes = 1 << 20): string {
  const bytes = new TextEncoder().encode(text);
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(splicedBytes(bytes, options, pieceBytes));
}

function splicedBytes(bytes: Uint8Array, options: Partial<SpliceOptions>, pieceBytes: number): Uint8Array<ArrayBuffer> {
  const splice = new HtmlSplice({ markup: mark, grammar: "html", ...options });
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) parts.push(...splice.push(bytes.slice(at, at + pieceBytes)));
  parts.push(...splice.finish());
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** `|` stands where the markup belongs. */
const places: readonly (readonly [string, string])[] = [
  ["behind the head's tag", "<!doctype html><html><head>|<title>x</title>"],
  ["whatever the case", "<!DOCTYPE HTML>\n<HTML lang=en>\n<HeAd>|<TITLE>"],
  ["behind a head with attributes", "<html><head data-x=\"a>b\" class='>'>|<meta charset=utf-8>"],
  ["behind a head with an unquoted value", "<head class=a'b>|<script>'</script>"],
  ["behind a head that ends in a slash", "<head/>|<title>"],
  ["before a first element without head", "<!doctype html>\n|<title>x</title>"],
  ["before the body where there is no head", "<html>\n|<body>x"],
  ["before text", "  |Hello"],
  ["before a header element, which is no head", "<html>|<header>x"],
  ["behind comments", "<!-- <head> --><!--> <!---><!-- a -- b --!>|<p>"],
  ["behind a processing instruction, which HTML takes as a comment", '<?xml version="1.0"?><!doctype html>|<p>'],
  ["behind a byte order mark", "\ufeff<!doctype html><head>|<p>"],
  ["before an end tag", "|</p><head>"],
  ["before a lone less-than sign", "|< head>"],
  ["at the end of nothing", "|"],
  ["at the end of a document of comments", "<!doctype html><!-- x -->|"],
  ["before a comment that never ends", "<!doctype html>|<!-- <head>"],
  ["before a tag that never ends", "<!doctype html>|<head class='"],
];

test.each(places)("the markup goes %s", (_, text) => {
  const document = text.replace("|", "");
  expect(spliced(document)).toBe(text.replace("|", mark));
  expect(spliced(document, {}, 1), "a byte at a time").toBe(text.replace("|", mark));
});

test("XHTML takes it inside of its root element only", () => {
  expect(spliced('<?xml version="1.0"?><html xmlns="x"><head><title/>', { grammar: "xhtml" })).toContain(
    "<head><S><title/>",
  );
  expect(spliced("<html><body/></html>", { grammar: "xhtml" })).toBe("<html><body/></html>");
  expect(spliced("<?xml version='1.0'?>", { grammar: "xhtml" })).toBe("<?xml version='1.0'?>");
});

test("UTF-16 is found by its byte order mark and by its label", () => {
  const text = "<!doctype html><head><p>ä€";
  const little = new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le"));
  const decoded = (bytes: Uint8Array<ArrayBuffer>, label: string) => new TextDecoder(label).decode(bytes);
  const wanted = "<!doctype html><head><S><p>ä€";
  expect(decoded(splicedBytes(little, {}, 3), "utf-16le")).toBe(wanted);
  const big = new Uint8Array(Buffer.from(text, "utf16le").swap16());
  expect(decoded(splicedBytes(big, { layout: "utf-16be" }, 3), "utf-16be")).toBe(wanted);
});

test("no more than the look-ahead is held back", () => {
  const splice = new HtmlSplice({ markup: mark, grammar: "html" });
  const comment = new TextEncoder().encode(`<!--${"x".repeat(lookAheadBytes)}`);
  expect(splice.push(comment).map((part) => part.length)).toEqual([mark.length, comment.length]);
  expect(splice.push(comment)).toEqual([comment]);
});

test("bytes leave as soon as the place is found", () => {
  const splice = new HtmlSplice({ markup: mark, grammar: "html" });
  expect(splice.push(new TextEncoder().encode("<html><he"))).toEqual([]);
  expect(splice.push(new TextEncoder().encode("ad>")).length).toBe(2);
  expect(splice.finish()).toEqual([]);
});

test("however a document is cut, its bytes stay and the markup stands once at one place", () => {
  const piece = fc.constantFrom(
    "<!--",
    "-->",
    "<!doctype html>",
    "<html ",
    ">",
    "<head",
    "'",
    '"',
    "=",
    " ",
    "x",
    "ä",
    "<p>",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), (pieces, pieceBytes) => {
      const text = pieces.join("");
      const result = spliced(text, {}, pieceBytes);
      expect(result.replace(mark, "")).toBe(text);
      expect(result).toBe(spliced(text));
    }),
  );
});

test("as a transform it passes a stream on", async () => {
  const source = new Blob(["<head><title>x</title>"]).stream();
  const result = source.pipeThrough(spliceHtml({ markup: mark, grammar: "html" }));
  expect(await new Response(result).text()).toBe("<head><S><title>x</title>");
});
