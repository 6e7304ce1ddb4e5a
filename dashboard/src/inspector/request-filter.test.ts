import { expect, test } from "vitest";
import { inspected } from "./inspected-request.fixture.ts";
import { requestFilter } from "./request-filter.ts";

const api = inspected({ method: "POST", path: "/api/Items?q=1", status: 404, contentType: "application/json" });
const page = inspected({ path: "/", destination: "document", contentType: "text/html", headMs: 1_400, totalMs: 1_500 });
const refused = inspected({ path: "/admin", status: null, code: "policy" });
const socket = inspected({ kind: "websocket", path: "/ws", status: 101, destination: "websocket", totalMs: null });
const all = { api, page, refused, socket };

test.each([
  ["", "all", "api page refused socket"],
  ["items", "all", "api"],
  ["/api post", "all", "api"],
  ["-api", "all", "page refused socket"],
  ["status:4xx", "all", "api"],
  ["status:2", "all", "page"],
  ["-status:4xx -is:failed", "all", "page socket"],
  ["method:get", "all", "page refused socket"],
  ["type:html", "all", "page"],
  ["is:slow", "all", "page"],
  ["is:running", "all", "socket"],
  ["is:nonsense", "all", "api page refused socket"],
  ["", "fetch", "api refused"],
  ["", "live", "socket"],
  ["", "failed", "api refused"],
  ["", "page", "page"],
  ["a:b:c", "all", ""],
] as const)("%j among %s gives %j", (words, group, wanted) => {
  const fits = requestFilter(words, group);
  const found = Object.entries(all).filter(([, request]) => fits(request));
  expect(found.map(([name]) => name).join(" ")).toBe(wanted);
});
