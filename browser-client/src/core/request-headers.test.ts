import { describe, expect, it } from "vitest";
import type { PortRequest } from "../ports/service-port.ts";
import { sameSiteContextOf } from "./fetch-site.ts";
import { acceptLanguage, requestHeaders, webSocketHeaders } from "./request-headers.ts";

const appOrigin = "http://shop-abc.culvert.localhost:4000";
const context = {
  appOrigin,
  cookie: "id=1",
  authorization: undefined,
  userAgent: "Browser/1",
  languages: ["de-CH", "de", "en"],
};

const fetchRequest: PortRequest = {
  method: "GET",
  path: "/data",
  headers: [["accept", "application/json"]],
  hasBody: false,
  mode: "cors",
  destination: "",
  credentials: "same-origin",
  cache: "default",
  redirect: "follow",
  referrer: `${appOrigin}/page?x=1#part`,
  clientId: "client",
  bodySizeBytes: null,
};

const navigation: PortRequest = { ...fetchRequest, mode: "navigate", destination: "iframe", credentials: "include" };

function headersOf(request: Partial<PortRequest>, base: PortRequest = fetchRequest): Record<string, string> {
  return Object.fromEntries(requestHeaders({ ...base, ...request }, context));
}

describe("requestHeaders", () => {
  it("adds what a browser adds to a same-origin fetch", () => {
    expect(headersOf({})).toEqual({
      accept: "application/json",
      "user-agent": "Browser/1",
      "accept-language": "de-CH,de;q=0.9,en;q=0.8",
      "accept-encoding": "gzip, deflate",
      referer: "app:/page?x=1",
      "sec-fetch-site": "same-origin",
      "sec-fetch-mode": "cors",
      "sec-fetch-dest": "empty",
      cookie: "id=1",
    });
  });

  it("drops headers that script cannot own", () => {
    const forged: PortRequest["headers"] = [
      ["Host", "evil"],
      ["Cookie", "id=2"],
      ["Origin", "https://evil.example"],
      ["Sec-Fetch-Site", "none"],
      ["Proxy-Authorization", "x"],
      ["Transfer-Encoding", "chunked"],
      ["Content-Length", "5"],
      ["X-Own", "kept"],
    ];
    const headers = headersOf({ headers: forged, method: "POST" });
    expect(headers).toMatchObject({ "X-Own": "kept", cookie: "id=1", origin: "app:", "sec-fetch-site": "same-origin" });
    for (const name of ["Host", "Cookie", "Origin", "Sec-Fetch-Site", "Proxy-Authorization", "Transfer-Encoding"]) {
      expect(headers).not.toHaveProperty(name);
    }
    expect(headers["content-length"]).toBe("0");
  });

  it("sends no cookie where credentials are omitted", () => {
    expect(headersOf({ credentials: "omit" })).not.toHaveProperty("cookie");
  });

  it("asks for an unencoded body where it asks for a range", () => {
    expect(headersOf({ headers: [["range", "bytes=0-99"]] })["accept-encoding"]).toBe("identity");
  });

  it("states a known body size", () => {
    expect(headersOf({ method: "PUT", hasBody: true, bodySizeBytes: 42 })["content-length"]).toBe("42");
    expect(headersOf({ method: "PUT", hasBody: true })).not.toHaveProperty("content-length");
  });

  it("shows the app iframe's navigation as a document", () => {
    expect(headersOf({}, navigation)).toMatchObject({ "sec-fetch-dest": "document", "sec-fetch-site": "same-origin" });
  });

  it("shows a navigation from the boot page as one by a person, without referrer", () => {
    const headers = headersOf({ referrer: `${appOrigin}/.culvert/boot` }, navigation);
    expect(headers["sec-fetch-site"]).toBe("none");
    expect(headers).not.toHaveProperty("referer");
  });

  it.each(["", "about:client", "https://evil.example/page", "http://culvert.localhost:4000/"])(
    "calls a navigation with referrer %j cross-site",
    (referrer) => {
      expect(headersOf({ referrer }, navigation)["sec-fetch-site"]).toBe("cross-site");
    },
  );

  it("forwards a foreign Origin unmapped, and null where it is unknown", () => {
    const post = { ...navigation, method: "POST" };
    expect(headersOf({ referrer: "https://evil.example/page" }, post).origin).toBe("https://evil.example");
    expect(headersOf({ referrer: "" }, post).origin).toBe("null");
    expect(headersOf({}, post).origin).toBe("app:");
    expect(headersOf({}, navigation)).not.toHaveProperty("origin");
  });

  it("says what a reload says", () => {
    expect(headersOf({ cache: "reload" })).toMatchObject({ pragma: "no-cache", "cache-control": "no-cache" });
    expect(headersOf({ cache: "no-cache" })["cache-control"]).toBe("max-age=0");
  });
});

describe("sameSiteContextOf", () => {
  it("gives a cross-site navigation Lax cookies for safe methods only", () => {
    expect(sameSiteContextOf("same-origin", "POST")).toBe("strict");
    expect(sameSiteContextOf("none", "GET")).toBe("strict");
    expect(sameSiteContextOf("cross-site", "GET")).toBe("lax");
    expect(sameSiteContextOf("cross-site", "POST")).toBe("none");
  });
});

describe("who is signed in", () => {
  const signedIn = { ...context, authorization: "Basic one" };

  it("is told where the page says nothing of it", () => {
    expect(new Map(requestHeaders(fetchRequest, signedIn)).get("authorization")).toBe("Basic one");
    const own: PortRequest = { ...fetchRequest, headers: [["Authorization", "Bearer own"]] };
    const told = requestHeaders(own, signedIn).filter(([name]) => name.toLowerCase() === "authorization");
    expect(told).toEqual([["Authorization", "Bearer own"]]);
  });

  it("is not told where credentials are omitted", () => {
    const bare = new Map(requestHeaders({ ...fetchRequest, credentials: "omit" }, signedIn));
    expect([bare.get("authorization"), bare.get("cookie")]).toEqual([undefined, undefined]);
  });
});

describe("webSocketHeaders", () => {
  it("maps the app's own origin and passes a foreign one", () => {
    expect(Object.fromEntries(webSocketHeaders(context, appOrigin))).toMatchObject({
      origin: "app:",
      cookie: "id=1",
      "sec-fetch-mode": "websocket",
      "sec-fetch-dest": "websocket",
    });
    expect(Object.fromEntries(webSocketHeaders(context, "null")).origin).toBe("null");
  });

  it("says who is signed in", () => {
    const signedIn = { ...context, authorization: "Basic one" };
    expect(Object.fromEntries(webSocketHeaders(signedIn, appOrigin)).authorization).toBe("Basic one");
  });
});

describe("acceptLanguage", () => {
  it("weighs languages in order", () => {
    expect(acceptLanguage(["en"])).toBe("en");
    expect(acceptLanguage([])).toBe("");
  });
});
