/** Where a viewer's cookies are kept, if anywhere: the shape of tough-cookie's CookieJar. */

/** Keeps cookies by address; addresses are those of the service's own web origin. */
export interface CookieJar {
  /** The Cookie header's value for an address, "" for none. */
  getCookieString(url: string): Promise<string>;
  /** Takes one Set-Cookie value. A rejection means that it was not kept. */
  setCookie(setCookie: string, url: string): Promise<unknown>;
}
