import type { InspectedDetail } from "@culvert/browser-client";
import { expect, test } from "vitest";
import { curlCommand } from "./curl-command.ts";
import { inspected } from "./inspected-request.fixture.ts";

const detail = (changes: Partial<InspectedDetail>): InspectedDetail => ({
  ...{ id: 1, isKept: true, path: "/api/items", requestHeaders: [], answerHeaders: [] },
  ...{ requestBody: null, answerBody: null, frames: [] },
  ...changes,
});

test("quotes everything as a POSIX shell takes it literally", () => {
  const text = `it's $HOME \`id\` "x" \\ \n größe`;
  const command = curlCommand(
    inspected({ method: "POST", path: "/a?b=…", requestBytes: 5 }),
    detail({
      path: "/a?b='c'&d=$(id)",
      requestHeaders: [
        ["Origin", "app:"],
        ["Referer", "app:/from?x=1"],
        ["X-Odd", "a'b"],
        ["X-Empty", ""],
        ["Content-Length", "5"],
      ],
      requestBody: { text, bytes: null, keptBytes: 5, sizeBytes: 5, isEnded: true },
    }),
    "http://localhost:3000",
  );
  expect(command.split(" \\\n  ")).toEqual([
    String.raw`curl --globoff 'http://localhost:3000/a?b='\''c'\''&d=$(id)'`,
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

test("leaves a body out that did not pass to its end", () => {
  const cut = { text: "the first half", bytes: null, keptBytes: 14, sizeBytes: 14, isEnded: false };
  const request = inspected({ method: "PUT", requestBytes: 14 });
  const command = curlCommand(request, detail({ requestBody: cut }), "http://localhost:3000");
  expect(command).toContain("# The body is not here: it did not pass");
  expect(command).not.toContain("the first half");
  const whole = { ...cut, isEnded: true };
  expect(curlCommand(request, detail({ requestBody: whole }), "http://localhost:3000")).toContain("'the first half'");
});

test("writes no control character, and what a shell reads as the text that it was", () => {
  const text = "\x1b[201~\nrm it's \\ !x \x7f1 \x9b2J \u0085 \r größe";
  const command = curlCommand(
    inspected({ method: "POST", requestBytes: 9 }),
    detail({
      requestHeaders: [["X-Odd", "a\x9bb'c"]],
      requestBody: { text, bytes: null, keptBytes: 9, sizeBytes: 9, isEnded: true },
    }),
    "http://localhost:3000",
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
  expect(command).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
  expect(command.split(" \\\n  ")).toEqual([
    ...["curl --globoff 'http://localhost:3000/api/items'", "-X 'POST'", String.raw`-H $'X-Odd: a\302\233b\047c'`],
    String.raw`--data-raw $'\033[201~${"\n"}rm it\047s \134 \041x \1771 \302\2332J \302\205 \015 größe'`,
    "--compressed",
  ]);
  const withNul = { text: "a\0b", bytes: null, keptBytes: 3, sizeBytes: 3, isEnded: true };
  expect(
    curlCommand(inspected({ method: "PUT", requestBytes: 3 }), detail({ requestBody: withNul }), "http://localhost"),
  ).toMatch(/^# The body is not here.*\n[^\0]*$/);
});

test("asks for one request, and for a head where it was one", () => {
  const command = curlCommand(inspected({ method: "HEAD" }), detail({ path: "/x?n=[1-9]&{a,b}" }), "http://localhost");
  expect(command).toBe("curl --globoff 'http://localhost/x?n=[1-9]&{a,b}' \\\n  --head \\\n  --compressed");
});
