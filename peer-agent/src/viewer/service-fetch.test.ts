import { type ReceivedRequest, receiveRequest } from "@culvert/protocol/http";
import { describe, expect, test } from "vitest";
import { streamPair } from "../testing/stream-pair.ts";
import type { CookieJar } from "./cookie-jar.ts";
import { serviceFetch } from "./service-fetch.ts";

const origin = "https://a1.apps.example";

/** A jar that holds every cookie for every address. */
function openJar(): CookieJar & { readonly kept: string[] } {
  const kept: string[] = [];
  return {
    kept,
    getCookieString: async () => kept.join("; "),
    setCookie: async (setCookie) => {
      kept.push(setCookie.split(";", 1)[0] ?? "");
    },
  };
}

/** An agent that answers each request by a function. */
function fetching(answer: (request: ReceivedRequest) => Promise<void>, jar?: CookieJar) {
  const requests: ReceivedRequest[] = [];
  const openStream = () => {
    const { viewer, agent } = streamPair("http");
    receiveRequest(agent)
      .then((request) => {
        requests.push(request);
        return answer(request);
      })
      // A viewer that gives up shows in what the test looks at.
      .catch(() => {});
    return viewer;
  };
  const fetch = (input: string | URL | Request, init?: RequestInit) =>
    serviceFetch(async () => ({ origin, jar, openStream }), input, init);
  return { fetch, requests };
}

const ok = { status: 200, statusText: "OK", headers: [] };

describe("fetch over a tunnel", () => {
  test("keeps the app's cookies in the jar, those of a redirect too, and sends them", async () => {
    const jar = openJar();
    const { fetch, requests } = fetching(async (request) => {
      if (request.head.path === "/sign-in") {
        const headers: [string, string][] = [
          ["Set-Cookie", "a=1; Path=/"],
          ["Set-Cookie", "b=2"],
          ["Location", "app:/home"],
        ];
        await request.writeHead({ status: 302, statusText: "Found", headers });
      } else {
        await request.writeHead(ok);
      }
      await request.endBody();
    }, jar);
    await (await fetch("/sign-in", { method: "POST", body: "me", headers: { "content-type": "text/plain" } })).text();
    expect(jar.kept).toEqual(["a=1", "b=2"]);
    expect(requests[1]?.head).toEqual({
      method: "GET",
      path: "/home",
      headers: [
        ["accept", "*/*"],
        ["cookie", "a=1; b=2"],
      ],
      hasBody: false,
    });
  });

  test("names the app `app:` where the caller names its origin, and gives its addresses as paths", async () => {
    const { fetch, requests } = fetching(async (request) => {
      const headers: [string, string][] = [["Content-Location", "app:/as/it?is"]];
      await request.writeHead({ ...ok, headers });
      await request.endBody();
    });
    const answer = await fetch("/", { headers: { origin, referer: `${origin}/page` } });
    expect(requests[0]?.head.headers).toContainEqual(["origin", "app:"]);
    expect(requests[0]?.head.headers).toContainEqual(["referer", "app:/page"]);
    expect(answer.headers.get("content-location")).toBe("/as/it?is");
  });

  test("takes no more of an answer than its reader asks for", async () => {
    let writtenBytes = 0;
    const { fetch } = fetching(async (request) => {
      await request.writeHead(ok);
      for (;;) {
        await request.writeBody(new Uint8Array(64 * 1024));
        writtenBytes += 64 * 1024;
      }
    });
    const answer = await fetch("/");
    const reader = answer.body?.getReader();
    await reader?.read();
    for (let round = 0; round < 1_000; round++) await Promise.resolve();
    const before = writtenBytes;
    for (let round = 0; round < 1_000; round++) await Promise.resolve();
    expect(writtenBytes).toBe(before);
    expect(writtenBytes).toBeLessThan(1024 * 1024);
    await reader?.cancel();
  });

  test("does not finish a body whose source failed", async () => {
    const started = Promise.withResolvers<void>();
    const seen = Promise.withResolvers<unknown>();
    const { fetch } = fetching(async (request) => {
      try {
        for (let bytes = await request.readBody(); bytes !== null; bytes = await request.readBody()) started.resolve();
        seen.resolve("a whole body");
      } catch (thrown) {
        seen.resolve(thrown);
      }
    });
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(10));
        void started.promise.then(() => controller.error(new Error("the disk is gone")));
      },
    });
    await expect(fetch("/", { method: "PUT", body })).rejects.toThrow("the disk is gone");
    expect(await seen.promise).toMatchObject({ code: "canceled" });
  });

  test("has no body where the answer has none", async () => {
    const { fetch } = fetching(async (request) => {
      await request.writeHead({ ...ok, status: 204 });
      await request.endBody();
    });
    expect((await fetch("/")).body).toBeNull();
    expect((await fetch("/", { method: "HEAD" })).body).toBeNull();
  });
});
