/**
 * The icon of an app's page, for the App View's own tab: fetched as the browser would for a tab of the app, and given as a
 * data: address, so that the dashboard asks nobody for it. Invariant: it is an image, and small.
 */
import { mapAppToOrigin, sendRequest } from "@culvert/protocol/http";
import type { PortRequest } from "../ports/service-port.ts";
import type { ExchangeContext } from "./exchange-context.ts";
import { requestHeaders } from "./request-headers.ts";

/** Larger ones are not shown; those of tabs are a few KiB. */
const iconBytes = 128 * 1024;
const mostRedirects = 3;
/** Asked for where a page names none, as browsers do (html.spec.whatwg.org §4.6.7.9). */
const usualPath = "/favicon.ico";

/** What is told of an icon: its data: address, or undefined where there is none to show. */
export type IconListener = (icon: string | undefined) => void;

/** The icon of the page that is shown. */
export class AppIcon {
  readonly #context: ExchangeContext;
  readonly #onIcon: IconListener;
  #asked: string | undefined;

  constructor(context: ExchangeContext, onIcon: IconListener) {
    this.#context = context;
    this.#onIcon = onIcon;
  }

  /** The page names an icon; empty = none. The latest counts; one that is named again is not asked for again. */
  async follow(address: string): Promise<void> {
    const named = address === "" ? this.#context.appOrigin + usualPath : address;
    if (named === this.#asked) return;
    this.#asked = named;
    const icon = await this.#iconAt(named).catch(() => undefined);
    if (this.#asked === named) this.#onIcon(icon);
  }

  async #iconAt(address: string): Promise<string | undefined> {
    if (isImageData(address)) return address.length <= iconBytes ? address : undefined;
    let url = URL.canParse(address) ? new URL(address) : undefined;
    for (let left = mostRedirects; left >= 0 && url?.origin === this.#context.appOrigin; left -= 1) {
      const answer = await this.#ask(url.pathname + url.search);
      if (answer.location === undefined) return answer.icon;
      url = URL.canParse(answer.location, url.href) ? new URL(answer.location, url) : undefined;
    }
    return undefined;
  }

  async #ask(path: string): Promise<{ readonly icon?: string; readonly location?: string }> {
    const { appOrigin, cookies, identity, signIn, openStream } = this.#context;
    const cookie = cookies.headerFor(path, "strict");
    const authorization = signIn.authorizationFor(path);
    const headers = requestHeaders(
      { ...imageRequest, path, referrer: `${appOrigin}/` },
      { ...identity, appOrigin, cookie, authorization },
    ).map(([name, value]): [string, string] => (name === "accept-encoding" ? [name, "identity"] : [name, value]));
    const sent = sendRequest(await openStream("http"), { method: "GET", path, headers, hasBody: false });
    const head = await sent.readHead();
    const visible = new Map(
      mapAppToOrigin(head.headers, appOrigin).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const location = visible.get("location");
    const type = (visible.get("content-type") ?? "image/x-icon").split(";", 1)[0]?.trim().toLowerCase() ?? "";
    const isImage = head.status === 200 && /^image\/[a-z0-9.+-]+$/.test(type) && !visible.has("content-encoding");
    if (!isImage) {
      sent.cancel();
      return head.status >= 300 && head.status < 400 && location !== undefined ? { location } : {};
    }
    let bytes = "";
    for (let run = await sent.readBody(); run !== null; run = await sent.readBody()) {
      if (bytes.length + run.length > iconBytes) {
        sent.cancel();
        return {};
      }
      for (const byte of run) bytes += String.fromCharCode(byte);
    }
    return bytes === "" ? {} : { icon: `data:${type};base64,${btoa(bytes)}` };
  }
}

const imageRequest: Omit<PortRequest, "path" | "referrer"> = {
  ...{ method: "GET", headers: [["accept", "image/*"]], hasBody: false, mode: "no-cors", destination: "image" },
  ...{ credentials: "include", cache: "default", redirect: "manual", clientId: "", bodySizeBytes: null },
};

function isImageData(address: string): boolean {
  return /^data:image\/[a-z0-9.+-]+[;,]/i.test(address);
}
