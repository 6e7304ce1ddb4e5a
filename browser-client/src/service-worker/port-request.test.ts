import { expect, test } from "vitest";
import {
  cancelKeyOf,
  foreignRequest,
  isDocumentRequest,
  isForApp,
  mayNameApp,
  portRequest,
  toldBodySize,
} from "./port-request.ts";

/** What a fetch event's request shows in a browser. */
function request(change: Partial<Request> = {}): Request {
  const plain = {
    method: "GET",
    url: "https://x.example/a/b?c=1",
    headers: new Headers({
      accept: "*/*",
      "x-culvert-upload": "7",
      "x-culvert-body-size": "3",
      "x-culvert-cancel": "9",
    }),
    mode: "cors",
    destination: "",
    credentials: "same-origin",
    cache: "default",
    redirect: "follow",
    referrer: "https://x.example/",
  };
  return { ...plain, ...change } as Request;
}

const living = "0b8a3c1e-5d1f-4b7a-9a55-0c0ffee0c0de";
const from = (clientId: string) => ({ clientId, isCore: (bootId: string) => bootId === living });

test("the core learns path and query, never the host, and no mark of ours", () => {
  expect(portRequest(request(), from("client"), undefined)).toEqual({
    method: "GET",
    path: "/a/b?c=1",
    headers: [["accept", "*/*"]],
    hasBody: false,
    mode: "cors",
    destination: "",
    credentials: "same-origin",
    cache: "default",
    redirect: "follow",
    referrer: "https://x.example/",
    clientId: "client",
    bodySizeBytes: null,
  });
  const download = request({ url: "https://x.example/f?culvert-download=n" });
  expect(portRequest(download, from(""), undefined).path).toBe("/f");
});

test("a body is told with its size where known", () => {
  expect(portRequest(request({ method: "POST" }), from(""), { sizeBytes: 3 })).toMatchObject({
    hasBody: true,
    bodySizeBytes: 3,
  });
  expect(portRequest(request({ method: "POST" }), from(""), { sizeBytes: null })).toMatchObject({
    hasBody: true,
    bodySizeBytes: null,
  });
});

test("documents are navigations and frames", () => {
  expect(isDocumentRequest(request({ mode: "navigate", destination: "document" }))).toBe(true);
  expect(isDocumentRequest(request({ mode: "navigate", destination: "iframe" }))).toBe(true);
  expect(isDocumentRequest(request({ destination: "script" }))).toBe(false);
});

test("the app's own origin is answered, our files and other origins are not", () => {
  const origin = "https://x.example";
  expect(isForApp(new URL("https://x.example/a"), origin)).toBe(true);
  expect(isForApp(new URL("https://x.example/.culvert/shim.js"), origin)).toBe(false);
  expect(isForApp(new URL("https://cdn.example/a"), origin)).toBe(false);
  expect(isForApp(new URL("http://x.example/a"), origin)).toBe(false);
});

test("a size that the shim tells is believed where it is a number", () => {
  expect(toldBodySize(request())).toBe(3);
  expect(toldBodySize(request({ headers: new Headers({ "x-culvert-body-size": "-1" }) }))).toBeNull();
  expect(toldBodySize(request({ headers: new Headers() }))).toBeNull();
});

test("a page gives a request up by its tag, and an event source by its path", () => {
  expect(cancelKeyOf(request())).toBe("9");
  expect(cancelKeyOf(request({ headers: new Headers({ accept: "text/event-stream" }) }))).toBe("/a/b?c=1");
  expect(cancelKeyOf(request({ headers: new Headers({ accept: "*/*" }) }))).toBe(undefined);
});

test("a request that a redirect led to a foreign host loses our tags and nothing else", () => {
  const headers = { "x-culvert-cancel": "9", "x-culvert-body-size": "3", "x-own": "yes" };
  const led = new Request("https://foreign.example/x", { method: "PUT", headers, body: "text" });
  expect([...foreignRequest(led).headers.keys()].toSorted()).toEqual(["content-type", "x-own"]);
  const plain = new Request("https://foreign.example/x");
  expect(foreignRequest(plain)).toBe(plain);
});

test("clear text to loopback may be the app by its own name", () => {
  expect(mayNameApp(new URL("http://localhost:3000/"), "http://app.culvert.localhost")).toBe(true);
  expect(mayNameApp(new URL("https://localhost:3000/"), "http://app.culvert.localhost")).toBe(false);
  expect(mayNameApp(new URL("http://example.org/"), "http://app.culvert.localhost")).toBe(false);
  // In the port layout the app's own origin is one of loopback.
  expect(mayNameApp(new URL("http://localhost:4100/.culvert/worker-shim.js"), "http://localhost:4100")).toBe(false);
  expect(mayNameApp(new URL("http://localhost:3000/"), "http://localhost:4100")).toBe(true);
});

test.each([
  [`https://x.example/.culvert/boot?by=${living}`, true, "the App View opened it"],
  ["https://x.example/.culvert/boot?by=0b8a3c1e-0000-4b7a-9a55-0c0ffee0c0de", false, "a core that is not there"],
  ["https://x.example/.culvert/boot", false, "anybody can lead there"],
  ["https://x.example/page", true, "the app's own page"],
  ["https://foreign.example/", true, "a foreign page is told as it is"],
])("the referrer %s is told: %s, %s", (referrer, isTold) => {
  expect(portRequest(request({ referrer }), from(""), undefined).referrer).toBe(isTold ? referrer : "");
});
