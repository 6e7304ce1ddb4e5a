import { expect, test } from "vitest";
import { trailersFromTarget } from "./answer-trailers.ts";

test.each(["Server-Timing", "Digest", "grpc-status", "X-Sum", "ETag"])("%s may stand behind the content", (name) => {
  expect(trailersFromTarget([[name, "1"]])).toEqual([[name, "1"]]);
});

test.each([
  ...["Content-Length", "content-type", "Transfer-Encoding", "Connection", "Set-Cookie", "Location", "Host"],
  ...["WWW-Authenticate", "Proxy-Authenticate", "Cache-Control", "Content-Security-Policy", "TE", "Trailer"],
])("%s may not", (name) => {
  expect(
    trailersFromTarget([
      [name, "1"],
      ["X-Sum", "2"],
    ]),
  ).toEqual([["X-Sum", "2"]]);
});
