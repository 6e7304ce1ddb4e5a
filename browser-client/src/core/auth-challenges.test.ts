import { expect, test } from "vitest";
import { authChallenges } from "./auth-challenges.ts";

test.each([
  [['Basic realm="Team wiki"'], [["basic", "Team wiki"]]],
  [["BASIC Realm=wiki"], [["basic", "wiki"]]],
  [['Basic charset="UTF-8", realm="a \\"b\\", c"'], [["basic", 'a "b", c']]],
  [["Basic"], [["basic", ""]]],
  [
    ["Negotiate, NTLM"],
    [
      ["negotiate", ""],
      ["ntlm", ""],
    ],
  ],
  [
    ["Negotiate YII= , Basic realm=x"],
    [
      ["negotiate", ""],
      ["basic", "x"],
    ],
  ],
  [
    ['Digest realm="d", nonce="n,1", qop="auth", Basic realm="b"'],
    [
      ["digest", "d"],
      ["basic", "b"],
    ],
  ],
  [
    ["Negotiate", 'Basic realm="b"'],
    [
      ["negotiate", ""],
      ["basic", "b"],
    ],
  ],
  [['Basic realm="open'], [["basic", ""]]],
  [["", " , ", "="], []],
])("%j holds %j", (values, wanted) => {
  expect(authChallenges(values).map(({ scheme, realm }) => [scheme, realm])).toEqual(wanted);
});
