/**
 * Scripts of workers that the service worker does not see: blob: and data: addresses. They are wrapped, so that the shim
 * runs first. Invariant: a script keeps its line numbers and its strictness.
 */
import { isStrictScript } from "../ports/strict-script.ts";
import { workerBaseName, workerPortName } from "../ports/worker-messages.ts";
import { place } from "./app-address.ts";
import { replaceMethod } from "./native-look.ts";

/** As long as a browser may take to read a script. */
const scriptLifeMs = 60_000;

/** Remembers what blob: addresses stand for, since an app may revoke one as soon as its worker is made. */
export class WorkerScripts {
  readonly #shimUrl: string;
  readonly #blobs = new Map<string, Blob>();

  /** `origin`: the app's. */
  constructor(origin: string) {
    this.#shimUrl = `${origin}/.culvert/worker-shim.js`;
  }

  /** Watches a realm's object addresses. */
  watch(realm: typeof globalThis): void {
    replaceMethod(realm.URL, "createObjectURL", (native, self, given: unknown[]) => {
      const url = Reflect.apply(native, self, given) as string;
      if (given[0] instanceof realm.Blob) this.#blobs.set(url, given[0]);
      return url;
    });
    replaceMethod(realm.URL, "revokeObjectURL", (native, self, given: unknown[]) => {
      this.#blobs.delete(String(given[0]));
      return Reflect.apply(native, self, given);
    });
  }

  /** The address to start a worker from: a wrapper of blob: and data: scripts, any other as it is. */
  wrap(address: string, isModule: boolean, base: string): string {
    if (address.startsWith("blob:")) return this.#wrapBlob(address, isModule);
    return address.startsWith("data:") ? this.#wrapData(address, base) : address;
  }

  #wrapBlob(address: string, isModule: boolean): string {
    const blob = this.#blobs.get(address);
    const load = (url: string) =>
      isModule ? `import${JSON.stringify(url)};` : `importScripts(${JSON.stringify(url)});`;
    const directive = !isModule && blob !== undefined && isStrictScript(read(address) ?? "") ? `"use strict";` : "";
    const rest = blob ?? load(address);
    const wrapper = URL.createObjectURL(
      new Blob([directive, portLine(), load(this.#shimUrl), rest], { type: blob?.type || "text/javascript" }),
    );
    this.#blobs.delete(wrapper);
    setTimeout(() => URL.revokeObjectURL(wrapper), scriptLifeMs);
    return wrapper;
  }

  /** Its origin is opaque and may load nothing of ours, so the shim goes inside. */
  #wrapData(address: string, base: string): string {
    const text = read(address.split("#", 1)[0] ?? "");
    const shim = read(this.#shimUrl);
    if (text === undefined || shim === undefined) return address;
    const directive = isStrictScript(text) ? `"use strict";` : "";
    const script = `${directive}${portLine()}self.${workerBaseName}=${JSON.stringify(base)};${shim.trim()};${text}`;
    return `data:text/javascript;charset=utf-8,${encodeURIComponent(script)}`;
  }
}

/** Tells the shim in a worker what its document was told. */
function portLine(): string {
  return place.loopbackPort === 0 ? "" : `self.${workerPortName}=${place.loopbackPort};`;
}

/** Reads an address at once: blob:, data: and our own files never go through a service worker. */
function read(address: string): string | undefined {
  try {
    const request = new XMLHttpRequest();
    request.open("GET", address, false);
    request.overrideMimeType("text/plain; charset=utf-8");
    request.send();
    return request.status === 200 ? request.responseText : undefined;
  } catch {
    // The document's policy forbids it: the script runs as it is.
    return undefined;
  }
}
