import { expect, test } from "vitest";
import { addDownloadMark, takeDownloadMark } from "../ports/download-mark.ts";
import { asAttachment } from "./attachment.ts";

const origin = "https://x.example";

test("a mark comes off again, and nothing else of the address changes", () => {
  for (const address of ["/a", "/a?b=c%20d+e", "/a?", "https://x.example/a?b"]) {
    expect(takeDownloadMark(addDownloadMark(address, "ä & b.csv"))).toEqual({ address, fileName: "ä & b.csv" });
  }
  expect(takeDownloadMark("/a?culvert-download=x&b=1")).toEqual({
    address: "/a?culvert-download=x&b=1",
    fileName: undefined,
  });
});

test("an answer becomes an attachment under the link's name", () => {
  const response = asAttachment(new Response("x"), "a (ä)'.csv", origin);
  expect(response.headers.get("content-disposition")).toBe("attachment; filename*=UTF-8''a%20%28%C3%A4%29%27.csv");
});

test("a name that the app gives counts more", () => {
  const named = new Response("x", { headers: { "content-disposition": 'attachment; filename="own.csv"' } });
  expect(asAttachment(named, "link.csv", origin).headers.get("content-disposition")).toBe(
    'attachment; filename="own.csv"',
  );
});

test("a failed answer changes nothing on the screen", () => {
  expect(asAttachment(new Response("x", { status: 404 }), "", origin).status).toBe(204);
});

test("a redirect within the app stays a download", () => {
  const within = asAttachment(Response.redirect("https://x.example/b?c=1"), "n", origin);
  expect(within.headers.get("location")).toBe("https://x.example/b?c=1&culvert-download=n");
  const away = asAttachment(Response.redirect("https://y.example/b"), "n", origin);
  expect(away.headers.get("location")).toBe("https://y.example/b");
});
