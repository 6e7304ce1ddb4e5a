import type { HeaderList } from "@culvert/protocol/http";
import { expect, test } from "vitest";
import { isSecretName, maskedBody, maskedHeaders, maskedPath } from "./secret-masking.ts";

test.each([
  ...["authorization", "Proxy-Authorization", "X-Api-Key", "apikey", "x-auth-token", "X-CSRF-Token", "password"],
  ...[
    "user_password",
    "new-password",
    "passwd",
    "access_token",
    "id_token",
    "refresh-token",
    "client_secret",
    "secret",
  ],
  ...[
    "jwt",
    "otp",
    "pin",
    "code",
    "signature",
    "sig",
    "sid",
    "sessionId",
    "session_id",
    "nonce",
    "X-Amz-Security-Token",
  ],
  ...["x-goog-signature", "private_key", "credentials", "tokens", "csrf", "authToken"],
])("%s stands for a secret", (name) => expect(isSecretName(name)).toBe(true));

test.each([
  "accept",
  "x-request-id",
  "page",
  "compass",
  "author",
  "opinion",
  "decode",
  "codec",
  "etag",
  "title",
  "key",
])("%s does not", (name) => expect(isSecretName(name)).toBe(false));

test("headers keep their names and order, and lose what is secret", () => {
  const headers: HeaderList = [
    ["Accept", "*/*"],
    ["Authorization", "Bearer canary"],
    ["Cookie", "sid=canary; theme=canary; bare-canary"],
    ["Set-Cookie", "sid=canary; Path=/; HttpOnly"],
    ["Location", "/done?code=canary&page=2"],
    ["Referer", "app:/list?token=canary#access_token=canary"],
  ];
  const masked = maskedHeaders(headers);
  expect(masked).toEqual([
    ["Accept", "*/*"],
    ["Authorization", "‹masked›"],
    ["Cookie", "sid=‹masked›; theme=‹masked›;‹masked›"],
    ["Set-Cookie", "sid=‹masked›; Path=/; HttpOnly"],
    ["Location", "/done?code=‹masked›&page=2"],
    ["Referer", "app:/list?token=‹masked›#access_token=‹masked›"],
  ]);
  expect(JSON.stringify(masked)).not.toContain("canary");
});

test.each([
  ["/a?token=x&page=2", "/a?token=‹masked›&page=2"],
  ["/a?%74oken=x", "/a?%74oken=‹masked›"],
  ["/a?user[password]=x&b", "/a?user[password]=‹masked›&b"],
  ["/token=x", "/token=x"],
  ["/a?x=1;pin=2#code=a=b", "/a?x=1;pin=‹masked›#code=‹masked›"],
  ["/a?=x&pin", "/a?=x&pin"],
])("%s is shown as %s", (path, shown) => expect(maskedPath(path)).toBe(shown));

test("the longest address takes no longer than its length", () => {
  const long = `/?${"a".repeat(65_536)}`;
  // Squared, each of these would take seconds, and all of them longer than a test may.
  for (let time = 0; time < 100; time += 1) expect(maskedPath(long)).toBe(long);
});

test("bodies of JSON and of forms lose what is secret, also where they were cut", () => {
  const json = '{"user":"ann","password":"can\\"ary","nested":{"accessToken":"canary"},"pin":1234,"list":["a"]}';
  expect(maskedBody(json, "application/json; charset=utf-8")).toBe(
    '{"user":"ann","password":"‹masked›","nested":{"accessToken":"‹masked›"},"pin":"‹masked›","list":["a"]}',
  );
  expect(maskedBody('{"a":1,"secret":"canary and mo', "application/problem+json")).toBe('{"a":1,"secret":"‹masked›"');
  expect(maskedBody("user=ann&password=canary", "application/x-www-form-urlencoded")).toBe(
    "user=ann&password=‹masked›",
  );
  expect(maskedBody("password: shown", "text/plain")).toBe("password: shown");
});

test("JSON loses what is secret under any type", () => {
  for (const type of ["text/plain;charset=UTF-8", "", "application/x-ndjson", "text/html"]) {
    expect(maskedBody(' {"password":"canary"}\n', type)).toBe(' {"password":"‹masked›"}\n');
    expect(maskedBody('[{"pin":1234}]', type)).toBe('[{"pin":"‹masked›"}]');
  }
});

test("events lose what is secret in each line of data, however lines end", () => {
  const events =
    'data:{"token":"canary"}\r\nid: 1\rdata: {\ndata: "a": 1, "password":"canary"\ndata: }\n\ndata: {"pin":"can';
  expect(maskedBody(events, "text/event-stream; charset=utf-8")).toBe(
    'data:{"token":"‹masked›"}\r\nid: 1\rdata: {\ndata: "a": 1, "password":"‹masked›"\ndata: }\n\ndata: {"pin":"‹masked›"',
  );
});

test("parts of a form lose what is secret by their name, also where they were cut", () => {
  const part = (disposition: string, value: string) =>
    `--xX\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${value}\r\n`;
  const form = (password: string, json: string) =>
    part('name="user"', "ann\r\n--x") +
    part('name="password"', password) +
    part('filename="a.txt"; name=newPassword', password) +
    part('name="file"; filename="token"', "shown\r\n\r\nname=token") +
    part('name="meta"', json);
  const cut = '--xX\r\nContent-Disposition: form-data; name="user[token]"\r\n\r\n';
  const whole = form("can\r\n\r\nary", '{"secret":"canary"}');
  const masked = form("‹masked›", '{"secret":"‹masked›"}');
  for (const type of [
    "multipart/form-data; boundary=xX",
    'multipart/form-data; boundary="xX"',
    "multipart/form-data",
  ]) {
    expect(maskedBody(`${whole}--xX--\r\n`, type)).toBe(`${masked}--xX--\r\n`);
    expect(maskedBody(`${whole}${cut}canary and mo`, type)).toBe(`${masked}${cut}‹masked›`);
    expect(maskedBody(`${whole}--xX\r\nContent-Dispos`, type)).toBe(`${masked}--xX\r\nContent-Dispos`);
  }
});
