/** The nonce under which this page may add style elements; signaling writes a new one into each response. */

declare global {
  /** Where react-style-singleton, which locks scrolling behind dialogs, looks for a nonce. */
  var __webpack_nonce__: string | undefined;
}

/** The nonce of this response; empty where the page was not served by signaling. */
export const styleNonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

globalThis.__webpack_nonce__ = styleNonce;
