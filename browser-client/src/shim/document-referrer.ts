/** `document.referrer` of a document that one of ours led to: at its own address the app would see none. */
import { replaceAccessor } from "./native-look.ts";

/** Hides our own documents' addresses; any other stays. */
export function installDocumentReferrer(realm: typeof globalThis): void {
  replaceAccessor(realm.Document.prototype, "referrer", {
    get: (native) => {
      const referrer = String(native());
      return referrer.startsWith(`${location.origin}/.culvert/`) ? "" : referrer;
    },
  });
}
