import { expect, test } from "vitest";
import { isSniffed, sniffCharset } from "./charset-sniff.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test.each([
  ['<meta charset="Shift_JIS">', "shift_jis"],
  ["<!doctype html><html><head><META charset=windows-1251>", "windows-1251"],
  ['<meta name="x" charset="utf-8">', "utf-8"],
  ['<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">', "iso-8859-2"],
  ['<meta content="text/html;charset=euc-kr" http-equiv=content-type>', "euc-kr"],
  ["<meta charset=utf-16le>", "utf-8"],
  ["<meta charset=x-user-defined>", "windows-1252"],
  ['<!-- <meta charset="big5"> --><meta charset="gbk">', "gbk"],
])("%s states %s", (text, charset) => {
  expect(sniffCharset(bytes(text))).toBe(charset);
});

test.each([
  "<title>x</title>",
  '<meta name="description" content="about charset=big5">',
  "<!-- <meta charset=big5>",
  "<metadata charset=big5>",
  "<meta charset='b<g5'>",
])("%s states none", (text) => {
  expect(sniffCharset(bytes(text))).toBeUndefined();
});

test("a meta element beyond what a browser looks at states none", () => {
  expect(sniffCharset(bytes(`${" ".repeat(1020)}<meta charset=big5>`))).toBeUndefined();
});

test("it is known when a charset is found, the head is over, or a browser would look no further", () => {
  expect(isSniffed(bytes("<head><meta cha"))).toBe(false);
  expect(isSniffed(bytes("<head><meta charset=utf-8>"))).toBe(true);
  expect(isSniffed(bytes("<head></head>"))).toBe(true);
  expect(isSniffed(bytes("<title>x</title><body>"))).toBe(true);
  expect(isSniffed(new Uint8Array(1024))).toBe(true);
});
