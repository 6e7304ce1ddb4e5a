import { codes } from "@culvert/protocol";
import { expect, test } from "vitest";
import { type ErrorPageContext, errorAnswer, errorPage } from "./error-page.ts";

const context: ErrorPageContext = {
  serviceName: "vite",
  dashboardOrigin: "https://culvert.example",
  appViewUrl: "https://culvert.example/app-view/a/vite",
  nonce: "n0nce",
  mayRetry: true,
};
const down = {
  code: "target-unreachable",
  message: "Nothing answers on 127.0.0.1:5173.",
  hint: "Start the app on that port.",
} as const;

test("it says what happened, why and what to do, with the code's status", async () => {
  const page = errorPage(down, context);
  expect([page.status, page.headers.get("x-culvert-error")]).toEqual([502, "target-unreachable"]);
  const text = await page.text();
  expect(text).toContain("<h1>vite is not answering</h1>");
  expect(text).toContain("Nothing answers on 127.0.0.1:5173.");
  expect(text).toContain("Start the app on that port.");
});

test("words of the agent are text, never markup", async () => {
  const text = await errorPage({ ...down, message: "<img src=x>" }, { ...context, serviceName: "<b>" }).text();
  expect(text).toContain("&#60;img src=x&#62;");
  expect(text).not.toContain("<img");
  expect(text).not.toContain("<b>");
});

test("its own policy lets in only its own style and script, and only the dashboard frames it", () => {
  expect(errorPage(down, context).headers.get("content-security-policy")).toBe(
    "default-src 'none'; script-src 'nonce-n0nce'; style-src 'nonce-n0nce'; connect-src 'self'; base-uri 'none'; " +
      "form-action 'none'; frame-ancestors 'self' https://culvert.example",
  );
});

test("it tries again by itself where that can help and is safe", async () => {
  expect(await errorPage(down, context).text()).toContain('data-retries="true"');
  expect(await errorPage(down, { ...context, mayRetry: false }).text()).toContain('data-retries="false"');
  expect(await errorPage({ ...down, code: "policy" }, context).text()).toContain('data-retries="false"');
});

test("every code has a page", () => {
  for (const code of Object.keys(codes) as (keyof typeof codes)[]) {
    expect(errorPage({ code, message: "m", hint: "" }, context).status).toBe(codes[code].httpStatus);
  }
});

test("what no person looks at is plain text", async () => {
  const answer = errorAnswer({ code: "policy", message: "POST is not allowed.", hint: "Ask the owner." });
  expect([answer.status, await answer.text()]).toEqual([403, "POST is not allowed.\nAsk the owner.\n"]);
});
