import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { type AppResponseContext, appResponse } from "./app-response.ts";
import type { Head } from "./http-exchange.ts";

const context: AppResponseContext = {
  url: "https://x.example/dir/page?q=1",
  method: "GET",
  isDocument: true,
  workerShim: undefined,
  dashboardOrigin: "https://culvert.example",
  freshNonce: "fresh",
  sniffDeadline: () => new Promise(() => {}),
};

interface Answer {
  readonly status?: number;
  readonly headers?: [string, string][];
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly cookies?: string;
  readonly statusText?: string;
}

async function responseTo(answer: Answer, change: Partial<AppResponseContext> = {}) {
  const { status = 200, headers = [], body = "", cookies, statusText = "" } = answer;
  const head: Head = { type: "head", status, statusText, headers, ...(cookies && { documentCookies: cookies }) };
  let isCanceled = false;
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      if (body.length > 0) controller.enqueue(typeof body === "string" ? new TextEncoder().encode(body) : body);
      controller.close();
    },
  });
  const source = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const reader = stream.getReader();
      const { value } = await reader.read();
      reader.releaseLock();
      if (value === undefined) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => {
      isCanceled = true;
    },
  });
  const response = await appResponse(head, source, { ...context, ...change });
  return { response, canceled: () => isCanceled };
}

const html: [string, string][] = [["Content-Type", "text/html"]];
const tag = '<script src="/.culvert/shim.js" referrerpolicy="no-referrer" data-cookies=""></script>';

test("a document gets the shim with its cookies, escaped", async () => {
  const { response } = await responseTo({ headers: html, body: "<head><p>", cookies: 'a="1"&<' });
  expect(await response.text()).toBe(
    '<head><script src="/.culvert/shim.js" referrerpolicy="no-referrer" data-cookies="a=&#34;1&#34;&#38;&#60;"></script><p>',
  );
});

test("what is no document, or no HTML, or a part, stays as it is", async () => {
  const asData = await responseTo({ headers: html, body: "<head>" }, { isDocument: false });
  expect(await asData.response.text()).toBe("<head>");
  const asText = await responseTo({ headers: [["content-type", "text/plain"]], body: "<head>" });
  expect(await asText.response.text()).toBe("<head>");
  const part = await responseTo({ status: 206, headers: html, body: "<head>" });
  expect(await part.response.text()).toBe("<head>");
});

test("an error page of the app is a document like any other", async () => {
  const { response } = await responseTo({ status: 404, headers: html, body: "gone" });
  expect([response.status, await response.text()]).toEqual([404, `${tag}gone`]);
});

test("a length is taken off where bytes are added, and kept elsewhere", async () => {
  const length: [string, string] = ["Content-Length", "6"];
  expect(
    (await responseTo({ headers: [...html, length], body: "<head>" })).response.headers.has("content-length"),
  ).toBe(false);
  const image = await responseTo({ headers: [["content-type", "image/png"], length], body: "<head>" });
  expect(image.response.headers.get("content-length")).toBe("6");
});

test("a content coding is undone, and its header goes", async () => {
  const coded = {
    headers: [...html, ["Content-Encoding", "GZIP"]] as [string, string][],
    body: new Uint8Array(gzipSync("<p>")),
  };
  const { response } = await responseTo(coded);
  expect(response.headers.has("content-encoding")).toBe(false);
  expect(await response.text()).toBe(`${tag}<p>`);
});

test("a coding that cannot be undone is refused in words", async () => {
  await expect(responseTo({ headers: [["content-encoding", "zstd"]], body: "x" })).rejects.toThrow("coded as zstd");
});

test("bodies that may not be are left out, with the headers of what they would be", async () => {
  const headers: [string, string][] = [...html, ["content-length", "7"], ["content-encoding", "gzip"]];
  for (const answer of [{ status: 204 }, { status: 205 }, { status: 304 }]) {
    const { response, canceled } = await responseTo({ ...answer, headers, body: "ignored" });
    expect([response.status, response.body, response.headers.get("content-length")]).toEqual([
      answer.status,
      null,
      "7",
    ]);
    expect(canceled()).toBe(true);
  }
  const { response } = await responseTo({ headers, body: "" }, { method: "HEAD" });
  expect([response.body, response.headers.get("content-encoding")]).toEqual([null, "gzip"]);
});

test("a redirect becomes absolute", async () => {
  const { response } = await responseTo({ status: 303, headers: [["Location", "../next?x=1#y"]] });
  expect([response.status, response.headers.get("location")]).toEqual([303, "https://x.example/next?x=1#y"]);
});

test("a redirect status without address is an answer like any other", async () => {
  const { response } = await responseTo({ status: 302, headers: html, body: "moved" });
  expect([response.status, await response.text()]).toEqual([302, `${tag}moved`]);
});

test("an interim status ends no request", async () => {
  await expect(responseTo({ status: 101 })).rejects.toThrow("status 101");
});

test("a charset that only the document states moves into its header", async () => {
  const stated = await responseTo({ headers: html, body: "<meta charset=windows-1251><p>" });
  expect(stated.response.headers.get("content-type")).toBe("text/html; charset=windows-1251");
  const marked = await responseTo({ headers: html, body: "\ufeff<meta charset=windows-1251>" });
  expect(marked.response.headers.get("content-type")).toBe("text/html");
  const header = await responseTo({
    headers: [["content-type", "text/html;charset=big5"]],
    body: "<meta charset=gbk>",
  });
  expect(header.response.headers.get("content-type")).toBe("text/html;charset=big5");
});

test("the head does not wait beyond the deadline for a document that comes slowly", async () => {
  const slow = new ReadableStream<Uint8Array>();
  const head: Head = { type: "head", status: 200, statusText: "", headers: html };
  const response = await appResponse(head, slow, { ...context, sniffDeadline: () => Promise.resolve() });
  expect(response.headers.get("content-type")).toBe("text/html");
});

test("a reason phrase that is no latin text is left out", async () => {
  expect((await responseTo({ statusText: "Fine" })).response.statusText).toBe("Fine");
  expect((await responseTo({ statusText: "好" })).response.statusText).toBe("");
});
