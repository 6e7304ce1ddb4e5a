/** A real Firefox for a test, driven over WebDriver BiDi. `npm run test:firefox` alone needs one. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, launch } from "puppeteer-core";

/** What to start. */
export interface FirefoxOptions {
  /** Downloads go here without a question. */
  readonly downloadFolder: string;
  /** A port of this machine that the browser must not reach, as a viewer's browser on another machine could not. */
  readonly hiddenPort?: number;
}

const names = ["firefox", "firefox-esr"];

/** The program; undefined where there is none. `CULVERT_FIREFOX` names another one. */
export function findFirefox(): string | undefined {
  const { CULVERT_FIREFOX: named, PATH = "" } = process.env;
  if (named !== undefined && named !== "") return named;
  const places = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return places.find((place) => existsSync(place));
}

/** Starts it headless with a fresh profile. */
export async function launchFirefox({ downloadFolder, hiddenPort }: FirefoxOptions): Promise<Browser> {
  const executablePath = findFirefox();
  if (executablePath === undefined) {
    throw new Error("Firefox is missing: install it (Debian: firefox-esr), or name its program in CULVERT_FIREFOX.");
  }
  return launch({
    ...{ browser: "firefox", executablePath, headless: true, acceptInsecureCerts: false },
    extraPrefsFirefox: {
      "intl.accept_languages": "en-GB",
      // Both peers are on this machine: without these a browser offers no address of it, or a name that only mDNS knows.
      "media.peerconnection.ice.loopback": true,
      "media.peerconnection.ice.obfuscate_host_addresses": false,
      "dom.disable_open_during_load": false,
      "browser.download.folderList": 2,
      "browser.download.dir": downloadFolder,
      "browser.download.useDownloadDir": true,
      "browser.download.alwaysOpenPanel": false,
      "browser.download.always_ask_before_handling_new_types": false,
      ...(hiddenPort === undefined ? {} : hiding(hiddenPort)),
    },
  });
}

/** Whatever asks for the port is sent to one where nobody listens. */
function hiding(port: number): Record<string, string | number | boolean> {
  const script = `function FindProxyForURL(url) {
    return /^\\w+:\\/\\/(localhost|127\\.0\\.0\\.1):${port}(\\/|$)/.test(url) ? "PROXY 127.0.0.1:9" : "DIRECT";
  }`;
  return {
    "network.proxy.type": 2,
    "network.proxy.autoconfig_url": `data:text/javascript,${encodeURIComponent(script)}`,
    "network.proxy.allow_hijacking_localhost": true,
  };
}
