/** Small answers that conformance lines are made of. */
import type { Route } from "./target.ts";

/** Headers of the kinds of files that lines serve. */
export const types = {
  html: { "content-type": "text/html; charset=utf-8" },
  script: { "content-type": "text/javascript; charset=utf-8" },
  style: { "content-type": "text/css; charset=utf-8" },
  text: { "content-type": "text/plain; charset=utf-8" },
  json: { "content-type": "application/json" },
  svg: { "content-type": "image/svg+xml" },
  events: { "content-type": "text/event-stream" },
  bytes: { "content-type": "application/octet-stream" },
} as const;

/** A route that always answers the same. */
export function fixed(
  body: string | Uint8Array,
  headers: Record<string, string | readonly string[]>,
  status = 200,
): Route {
  return ({ send }) => send(body, headers, status);
}

/** A route for an HTML document. */
export function document(markup: string, headers: Record<string, string | readonly string[]> = {}): Route {
  return fixed(`<!doctype html><html lang="en"><head><title>page</title></head><body>${markup}</body></html>`, {
    ...types.html,
    ...headers,
  });
}

/** Reads a page's `window.result` once a script of it has set one. */
export async function resultOf(app: {
  waitForFunction(script: () => boolean): Promise<unknown>;
  evaluate<Value>(script: () => Value): Promise<Value>;
}): Promise<unknown> {
  await app.waitForFunction(() => "result" in window);
  return app.evaluate(() => (window as unknown as { result: unknown }).result);
}
