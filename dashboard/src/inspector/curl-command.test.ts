import type { InspectedDetail } from "@culvert/browser-client";
import { expect, test } from "vitest";
import { curlCommand } from "./curl-command.ts";
import { inspected } from "./inspected-request.fixture.ts";

const detail = (changes: Partial<InspectedDetail>): InspectedDetail => ({
  ...{ id: 1, isKept: true, requestHeaders: [], answerHeaders: [], requestBody: null, answerBody: null, frames: [] },
  ...changes,
});

test("quotes everything as a POSIX shell takes it literally", () => {
  const text = `it's $HOME \`id\` "x" \\ \n größe`;
  const command = curlCommand(
    inspected({ method: "POST", path: "/a?b='c'&d=$(id)", requestBytes: 5 }),
    detail({
      requestHeaders: [
        ["Origin", "app:"],
        ["Referer", "app:/from?x=1"],
        ["X-Odd", "a'b"],
        ["X-Empty", ""],
        ["Content-Length", "5"],
      ],
      requestBody: { text, bytes: null, keptBytes: 5, sizeBytes: 5 },
    }),
    "http://localhost:3000",
  );
  expect(command.split(" \\\n  ")).toEqual([
    String.raw`curl 'http://localhost:3000/a?b='\''c'\''&d=$(id)'`,
    ...["-X 'POST'", "-H 'Origin: http://localhost:3000'", "-H 'Referer: http://localhost:3000/from?x=1'"],
    ...[String.raw`-H 'X-Odd: a'\''b'`, "-H 'X-Empty;'"],
    `--data-raw 'it'\\''s $HOME \`id\` "x" \\ \n größe'`,
    "--compressed",
  ]);
});

test("says what is missing", () => {
  const command = curlCommand(
    inspected({ method: "PUT", requestBytes: 9 }),
    detail({ requestHeaders: [["Cookie", "sid=‹masked›"]] }),
    "http://localhost:3000",
  );
  expect(command).toContain("# Put your own values where ‹masked› stands.\n# The body is not here");
  expect(curlCommand(inspected(), detail({}), "http://localhost:3000")).not.toContain("#");
});
