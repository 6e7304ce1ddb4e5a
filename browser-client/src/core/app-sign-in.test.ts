import { createFakeClock } from "@culvert/protocol/testing";
import { expect, test } from "vitest";
import type { AppSignInQuestion } from "../app-view-api.ts";
import { AppSignIn } from "./app-sign-in.ts";

const challenges = ['Basic realm="wiki"'];
const ada = { userName: "ada", password: "pass" };
const adaWrites = "Basic YWRhOnBhc3M=";

function signIn() {
  const clock = createFakeClock();
  const told: (readonly AppSignInQuestion[])[] = [];
  const unsupported: string[] = [];
  const app = new AppSignIn({
    clock,
    onQuestions: (questions) => told.push(questions),
    onUnsupported: (schemes) => unsupported.push(schemes),
  });
  const refused = (tried?: string, path = "/docs/page", signal = new AbortController().signal) =>
    app.afterRefusal({ path, challenges, tried }, signal);
  return { app, clock, told, unsupported, refused };
}

test("a person is asked once for a realm, and all that wait for it go on", async () => {
  const { app, told, refused } = signIn();
  const waiting = [refused(), refused(undefined, "/docs/other"), refused(undefined, "/images/logo")];
  expect(told).toEqual([[{ questionId: 1, realm: "wiki", isRejected: false }]]);
  app.answer(1, ada);
  expect(await Promise.all(waiting)).toEqual([adaWrites, adaWrites, adaWrites]);
  expect(told.at(-1)).toEqual([]);
  expect(app.authorizationFor("/docs/x"), "sent from now on without being asked").toBe(adaWrites);
  expect(app.authorizationFor("/images/x")).toBe(adaWrites);
  expect(app.authorizationFor("/")).toBe(undefined);
});

test("what was wrong is forgotten and asked for again, in words", async () => {
  const { app, told, refused } = signIn();
  const first = refused();
  app.answer(1, { userName: "ada", password: "wrong" });
  const wrong = await first;
  const second = refused(wrong);
  expect(told.at(-1)).toEqual([{ questionId: 2, realm: "wiki", isRejected: true }]);
  expect(app.authorizationFor("/docs/page")).toBe(undefined);
  app.answer(2, ada);
  expect(await second).toBe(adaWrites);
  expect(await refused(wrong), "a slower request with the old one is not asked about").toBe(adaWrites);
});

test("who cancels leaves the refusal to all that wait", async () => {
  const { app, told, refused } = signIn();
  const waiting = [refused(), refused()];
  app.answer(1, undefined);
  expect(await Promise.all(waiting)).toEqual([undefined, undefined]);
  app.answer(1, ada);
  expect(app.authorizationFor("/docs/page"), "an answer to a question that is over").toBe(undefined);
  expect(told.at(-1)).toEqual([]);
});

test("a question goes when nobody waits for its answer any more", async () => {
  const { told, refused } = signIn();
  const [one, other] = [new AbortController(), new AbortController()];
  const waiting = [refused(undefined, "/", one.signal), refused(undefined, "/", other.signal)];
  one.abort();
  expect(await waiting[0]).toBe(undefined);
  expect(told.at(-1)).toHaveLength(1);
  other.abort();
  expect(await waiting[1]).toBe(undefined);
  expect(told.at(-1)).toEqual([]);
});

test("a request does not wait longer than a browser lets it", async () => {
  const { clock, told, refused } = signIn();
  const waiting = refused();
  await clock.advance(239_000);
  expect(told.at(-1)).toHaveLength(1);
  await clock.advance(1_000);
  expect(await waiting).toBe(undefined);
  expect(told.at(-1)).toEqual([]);
});

test("schemes other than Basic are told and not asked for", async () => {
  const { app, told, unsupported } = signIn();
  const { signal } = new AbortController();
  const ask = (...given: string[]) => app.afterRefusal({ path: "/", challenges: given, tried: undefined }, signal);
  expect(await ask('Digest realm="x", nonce="n"', "Negotiate")).toBe(undefined);
  expect(await ask()).toBe(undefined);
  expect(unsupported).toEqual(["digest, negotiate"]);
  expect(told).toEqual([]);
});

test("a realm is shown as far as a person reads", () => {
  const { app, told } = signIn();
  const { signal } = new AbortController();
  void app.afterRefusal({ path: "/", challenges: [`Basic realm="${"r".repeat(500)}"`], tried: undefined }, signal);
  expect(told[0]?.[0]?.realm).toHaveLength(128);
});
