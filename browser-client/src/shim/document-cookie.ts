/** Puts the cookie view in the place of `document.cookie`. */
import type { PageToCore } from "../ports/page-port.ts";
import type { CookieView } from "./cookie-view.ts";

/** The cookies of one document; those of other documents of the realm stay native (they have none). */
export function installDocumentCookie(document: Document, view: CookieView, post: (message: PageToCore) => void): void {
  const native = Object.getOwnPropertyDescriptor(Document.prototype, "cookie") ?? {};
  Object.defineProperty(Document.prototype, "cookie", {
    ...native,
    get(this: Document) {
      return this === document ? view.text : native.get?.call(this);
    },
    set(this: Document, value: unknown) {
      if (this !== document) {
        native.set?.call(this, value);
        return;
      }
      const cookie = String(value);
      const path = location.pathname;
      post({ type: "set-cookie", cookie, path, sequence: view.set(cookie, path, Date.now()) });
    },
  });
  // The native store would show cookies of the app origin itself, where there are none.
  Reflect.deleteProperty(window, "cookieStore");
  Reflect.deleteProperty(window, "CookieStore");
}
