/** The one script tag that is put into documents of the app. */

/** Where the shim lies on the app's origin; static routes let it pass to the network. */
export const shimPath = "/.culvert/shim.js";

/**
 * The tag, in ASCII, valid in HTML and XHTML. `cookies`: the document's cookie string at this moment. The shim comes from
 * the operator, who must not learn the document's path and query by its Referer.
 */
export function shimTag(cookies: string, nonce: string | undefined): string {
  const nonceAttribute = nonce === undefined ? "" : ` nonce="${escapeAttribute(nonce)}"`;
  const cookieAttribute = ` data-cookies="${escapeAttribute(cookies)}"`;
  return `<script src="${shimPath}" referrerpolicy="no-referrer"${nonceAttribute}${cookieAttribute}></script>`;
}

/** Text as an attribute value in double quotes. Everything outside of printable ASCII becomes a reference. */
export function escapeAttribute(text: string): string {
  return text.replace(/[^ !#-%'-;=?-~]/gu, (character) => `&#${character.codePointAt(0)};`);
}
