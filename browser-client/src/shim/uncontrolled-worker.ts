/** Requests of workers of opaque origin (data: scripts): no service worker sees them, so none to the app may leave. */
import type { PageToCore } from "../ports/page-port.ts";
import { replaceMethod } from "./native-look.ts";
import { troubleReport } from "./trouble-report.ts";

/** Refuses fetch and XMLHttpRequest to the app; to anywhere else they stay native. */
export function installUncontrolledWorker(
  scope: typeof globalThis,
  appOrigin: string,
  post: (message: PageToCore) => void,
): void {
  const report = troubleReport(appOrigin, post);
  const isRefused = (address: string): boolean => {
    if (!URL.canParse(address) || new URL(address).origin !== appOrigin) return false;
    report("worker", address);
    return true;
  };
  replaceMethod(scope, "fetch", (native, self, given: unknown[]) => {
    const [input] = given;
    if (isRefused(input instanceof Request ? input.url : String(input))) {
      return Promise.reject(new TypeError("Failed to fetch"));
    }
    return Reflect.apply(native, self, given);
  });
  replaceMethod(scope.XMLHttpRequest?.prototype, "open", (native, self, given: unknown[]) => {
    if (isRefused(String(given[1]))) throw new DOMException("The app is another origin here.", "NetworkError");
    return Reflect.apply(native, self, given);
  });
}
