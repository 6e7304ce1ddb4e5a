/**
 * A response's header list on its way to the app origin.
 * Invariant: no Set-Cookie passes, and what the agent wrote as `app:` points to the app origin.
 */
import { type HeaderList, mapAppToOrigin, type ResponseHead } from "@culvert/protocol/http";

/** A response taken apart: what the app origin may see, and what only the jar may. */
export interface SplitResponse {
  readonly headers: HeaderList;
  /** Set-Cookie values, in order. */
  readonly setCookies: readonly string[];
  /** True where Clear-Site-Data asks for cookies to go. */
  readonly clearsCookies: boolean;
}

/** Splits off cookies and puts the app origin into addresses. */
export function splitResponse(head: ResponseHead, appOrigin: string): SplitResponse {
  const headers: HeaderList = [];
  const setCookies: string[] = [];
  let clearsCookies = false;
  for (const [name, value] of mapAppToOrigin(head.headers, appOrigin)) {
    const lower = name.toLowerCase();
    if (lower === "set-cookie" || lower === "set-cookie2") {
      if (lower === "set-cookie") setCookies.push(value);
    } else {
      if (lower === "clear-site-data") clearsCookies ||= /"(cookies|\*)"/.test(value);
      headers.push([name, value]);
    }
  }
  return { headers, setCookies, clearsCookies };
}
