/** A request that a page left with the worker when it went (shim/last-requests.ts). */
import type { LastRequest } from "../ports/courier-messages.ts";

/** The request as the page would have made it. Throws TypeError for what is none: anything of the app may say so. */
export function lastRequest({ url, method = "GET", headers, body, isForm, referrer }: LastRequest): Request {
  const init: RequestInit = { method, referrer, credentials: "include", keepalive: true };
  return new Request(url, {
    ...init,
    headers: headers.map(([name, value]) => [name, value]),
    body: bodyOf(body, isForm),
  });
}

function bodyOf(body: unknown, isForm: boolean): BodyInit | null {
  if (!Array.isArray(body)) return (body ?? null) as BodyInit | null;
  if (!isForm) return new URLSearchParams(body);
  const form = new FormData();
  for (const [name, value] of body) form.append(name, value);
  return form;
}
