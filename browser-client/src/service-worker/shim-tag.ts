/** The one script tag that is put into documents of the app. */

import { workerPortName } from "../ports/worker-messages.ts";

/** Where the shims lie on the app's origin; static routes let them pass to the network, and policies name all of it. */
export const shimFolder = "/.culvert/";

const shimPath = `${shimFolder}shim.js`;

/** What the tag tells the shim, and what the document's policy asks of it. */
export interface ShimTag {
  /** The document's cookie string at this moment. */
  readonly cookies: string;
  readonly nonce: string | undefined;
  /** 0 = none. */
  readonly loopbackPort: number;
}

/**
 * The tag, in ASCII, valid in HTML and XHTML. The shim comes from the operator, who must not learn the document's path and
 * query by its Referer.
 */
export function shimTag({ cookies, nonce, loopbackPort }: ShimTag): string {
  const nonceAttribute = nonce === undefined ? "" : ` nonce="${escapeAttribute(nonce)}"`;
  const cookieAttribute = ` data-cookies="${escapeAttribute(cookies)}"`;
  const portAttribute = loopbackPort === 0 ? "" : ` data-port="${loopbackPort}"`;
  return `<script src="${shimPath}" referrerpolicy="no-referrer"${nonceAttribute}${cookieAttribute}${portAttribute}></script>`;
}

/** The shim as it stands before the script of a worker, which no tag can tell anything. */
export function workerShim(shim: string, loopbackPort: number): string {
  return loopbackPort === 0 ? shim : `self.${workerPortName}=${loopbackPort};${shim}`;
}

/** Text as an attribute value in double quotes. Everything outside of printable ASCII becomes a reference. */
export function escapeAttribute(text: string): string {
  return text.replace(/[^ !#-%'-;=?-~]/gu, (character) => `&#${character.codePointAt(0)};`);
}
