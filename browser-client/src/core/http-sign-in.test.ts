/** Exchanges that the app refuses until it knows who asks. */
import { type ReceivedRequest, receiveRequest } from "@culvert/protocol/http";
import { createFakeClock } from "@culvert/protocol/testing";
import { expect, test } from "vitest";
import { fakePort } from "../../test/fake-port.ts";
import { streamPair } from "../../test/stream-pair.ts";
import { testLog } from "../../test/test-log.ts";
import type { AppSignInQuestion } from "../app-view-api.ts";
import type { HttpToServiceWorker } from "../ports/http-port.ts";
import type { PortRequest } from "../ports/service-port.ts";
import { AppSignIn } from "./app-sign-in.ts";
import { ServiceCookies } from "./cookie-jar.ts";
import { HttpExchange } from "./http-exchange.ts";

const get: PortRequest = {
  ...{ method: "GET", path: "/private/page", headers: [], hasBody: false, mode: "cors", destination: "" },
  ...{
    credentials: "same-origin",
    cache: "default",
    redirect: "follow",
    referrer: "",
    clientId: "",
    bodySizeBytes: null,
  },
};
const ada = { userName: "ada", password: "pass" };

function exchangeOf(request: PortRequest) {
  const clock = createFakeClock();
  const port = fakePort<HttpToServiceWorker>();
  const questions: AppSignInQuestion[] = [];
  const signIn = new AppSignIn({
    clock,
    onQuestions: (open) => questions.push(...open),
    onUnsupported: () => {},
  });
  const agents: ReturnType<typeof streamPair>[] = [];
  const exchange = new HttpExchange(request, port, {
    ...{ appOrigin: "http://shop.culvert.localhost", clock, signIn, log: testLog(), loopbackPort: () => undefined },
    cookies: new ServiceCookies("shop.culvert.localhost"),
    identity: { userAgent: "Browser/1", languages: [] },
    openStream: async () => {
      const pair = streamPair("http");
      agents.push(pair);
      return pair.viewer;
    },
    onAnswer: () => {},
  });
  const over = exchange.run();
  /** The n-th time that the app is asked, and what with. */
  const asked = async (time: number): Promise<ReceivedRequest> => {
    await clock.advance(0);
    const pair = agents[time];
    if (pair === undefined) throw new Error(`the app was asked ${agents.length} times`);
    return receiveRequest(pair.agent);
  };
  const shown = () => port.posted.flatMap((message) => (message.type === "head" ? [message.status] : []));
  return { exchange, over, port, signIn, questions, asked, shown, times: () => agents.length };
}

async function refuse(received: ReceivedRequest): Promise<void> {
  const headers: [string, string][] = [["WWW-Authenticate", 'Basic realm="wiki"']];
  await received.writeHead({ status: 401, statusText: "Unauthorized", headers });
}

async function accept(received: ReceivedRequest): Promise<void> {
  await received.writeHead({ status: 200, statusText: "OK", headers: [] });
  await received.endBody();
}

const authorizationOf = ({ head }: ReceivedRequest) => new Map(head.headers).get("authorization");

test("the app is asked again by whom the person says, and its refusal is never seen", async () => {
  const { over, signIn, questions, asked, shown } = exchangeOf(get);
  const first = await asked(0);
  expect(authorizationOf(first)).toBe(undefined);
  await refuse(first);
  await expect.poll(() => questions.length).toBe(1);
  signIn.answer(1, ada);
  await expect.poll(() => asked(1).then(authorizationOf)).toBe("Basic YWRhOnBhc3M=");
  expect(shown()).toEqual([]);
  void over;
});

test("a small body goes along the second time", async () => {
  const { port, over, signIn, questions, asked, shown } = exchangeOf({ ...get, method: "POST", hasBody: true });
  port.say({ type: "chunk", bytes: Uint8Array.of(1, 2) });
  port.say({ type: "chunk", bytes: Uint8Array.of(3) });
  port.say({ type: "end" });
  await refuse(await asked(0));
  await expect.poll(() => questions.length).toBe(1);
  signIn.answer(1, ada);
  await Promise.resolve();
  const again = await asked(1);
  const body: number[] = [];
  for (let bytes = await again.readBody(); bytes !== null; bytes = await again.readBody()) body.push(...bytes);
  expect(body).toEqual([1, 2, 3]);
  await accept(again);
  await over;
  expect(shown()).toEqual([200]);
});

test("a body that is still on its way cannot be sent again: the refusal stands and nobody is asked", async () => {
  const { port, questions, asked, shown } = exchangeOf({ ...get, method: "POST", hasBody: true });
  port.say({ type: "chunk", bytes: Uint8Array.of(1) });
  await refuse(await asked(0));
  await expect.poll(shown).toEqual([401]);
  expect(questions).toEqual([]);
});

test("who cancels gets what the app shows then, its body too", async () => {
  const { over, port, signIn, questions, asked, shown } = exchangeOf(get);
  const first = await asked(0);
  await refuse(first);
  await first.writeBody(Buffer.from("go away"));
  await first.endBody();
  await expect.poll(() => questions.length).toBe(1);
  signIn.answer(1, undefined);
  await over;
  expect(shown()).toEqual([401]);
  const chunks = port.posted.flatMap((message) => (message.type === "chunk" ? [message.bytes] : []));
  expect(Buffer.concat(chunks).toString()).toBe("go away");
});

test.each([
  ["with its own Authorization", { headers: [["Authorization", "Bearer token"]] as [string, string][] }],
  ["without credentials", { credentials: "omit" } as const],
])("a page that asks %s is left alone", async (_how, change) => {
  const { questions, asked, shown } = exchangeOf({ ...get, ...change });
  await refuse(await asked(0));
  await expect.poll(shown).toEqual([401]);
  expect(questions).toEqual([]);
});

test("a page that is left meanwhile takes the question with it", async () => {
  const { exchange, over, questions, asked, times } = exchangeOf(get);
  await refuse(await asked(0));
  await expect.poll(() => questions.length).toBe(1);
  exchange.cancel();
  await over;
  expect(times()).toBe(1);
});
