/** Puts the cookie view in the place of `document.cookie`. */
import type { PageToCore } from "../ports/page-port.ts";
import { installCookieStore } from "./cookie-store.ts";
import type { CookieView } from "./cookie-view.ts";
import { replaceAccessor } from "./native-look.ts";

/**
 * The cookies of a realm's documents that have any (dom.spec.whatwg.org, cookie-averse documents); those of others, such
 * as parsed ones, stay native: they have none.
 */
export function installDocumentCookie(
  realm: typeof globalThis,
  view: CookieView,
  post: (message: PageToCore) => void,
): void {
  const hasCookies = (document: Document): boolean =>
    document === realm.document && /^(https?:|about:srcdoc)/.test(document.URL);
  replaceAccessor(realm.Document.prototype, "cookie", {
    get: (native, self) => (hasCookies(self) ? view.text : native()),
    set: (native, self, value) => {
      if (!hasCookies(self)) {
        native(value);
        return;
      }
      const cookie = String(value);
      const path = location.pathname;
      post({ type: "set-cookie", cookie, path, sequence: view.set(cookie, path, Date.now()) });
    },
  });
  installCookieStore(realm, view, post);
}
