/** Tells the worker the size of a big fetch body, which it would otherwise have to read before the request leaves. */
import { bodySizeHeader } from "../ports/courier-messages.ts";
import { exactSizeOf, worthTellingBytes } from "./body-size.ts";

/** Only requests to the app with a body of known size are touched. */
export function installFetchBodySize(realm: typeof globalThis): void {
  const native = realm.fetch;
  realm.fetch = function fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const sizeBytes = exactSizeOf(init?.body) ?? 0;
    if (sizeBytes < worthTellingBytes || init?.mode === "no-cors" || !isToApp(input)) return native(input, init);
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    headers.set(bodySizeHeader, String(sizeBytes));
    return native(input, { ...init, headers });
  };
}

function isToApp(input: RequestInfo | URL): boolean {
  const address = input instanceof Request ? input.url : String(input);
  return URL.canParse(address, document.baseURI) && new URL(address, document.baseURI).origin === location.origin;
}
