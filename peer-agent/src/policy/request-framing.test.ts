import type { HeaderList } from "@culvert/protocol/http";
import { expect, test } from "vitest";
import { framedHeaders } from "./request-framing.ts";

const framed = (method: string, headers: HeaderList, hasBody: boolean) =>
  framedHeaders({ method, path: "/", headers, hasBody });

test.each<[string, HeaderList, boolean, HeaderList]>([
  ["GET", [["Accept", "*/*"]], false, [["Accept", "*/*"]]],
  ["GET", [["content-length", "0"]], false, []],
  ["POST", [], false, [["Content-Length", "0"]]],
  ["POST", [["content-LENGTH", "3"]], true, [["Content-Length", "3"]]],
  ["POST", [["Transfer-Encoding", "chunked"]], true, []],
  [
    "PUT",
    [
      ["Transfer-Encoding", "chunked"],
      ["Content-Length", "7"],
    ],
    true,
    [["Content-Length", "7"]],
  ],
  ["DELETE", [["Content-Length", "2"]], true, [["Content-Length", "2"]]],
])("%s %j with a body: %s goes on as %j", (method, headers, hasBody, expected) => {
  expect(framed(method, headers, hasBody)).toEqual({ type: "framed", headers: expected });
});

test.each(["+3", " 3", "3 ", "03", "0x3", "3, 3", "3,4", "-1", "1e3", "", "9007199254740993", "\u00b3", "3;a=b"])(
  'a length of "%s" is refused',
  (length) => {
    expect(framed("POST", [["Content-Length", length]], true)).toMatchObject({
      type: "refused",
      failure: { code: "invalid-request", message: "The request is refused: its length is no plain number." },
    });
  },
);

test("two lengths are refused, equal or not, and so is a length without a body", () => {
  const twice: HeaderList = [
    ["Content-Length", "3"],
    ["content-length", "3"],
  ];
  expect(framed("POST", twice, true)).toMatchObject({ failure: { message: expect.stringContaining("2 lengths") } });
  expect(framed("POST", [["Content-Length", "3"]], false)).toMatchObject({
    failure: { message: expect.stringContaining("a length and no body") },
  });
});
