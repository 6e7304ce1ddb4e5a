/**
 * An app that does nothing but stand there for a test to run hostile script in, and remembers every request that reached
 * it: what an attacker who owns an app's every page has.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it arrived at the app. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
}

/** The app, listening on this machine. */
export interface HostileApp {
  readonly port: number;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

/** Name and value of the cookie that only the app's server should ever see. */
export const appCookie = { name: "session", value: "the-apps-own-http-only-cookie" } as const;

/** A page of the app that takes the place of the courier and keeps the port that it is given. */
const falseCourier = `<!doctype html><title>Courier</title><script>
  window.stolen = new Promise((resolve) => {
    window.addEventListener("message", ({ ports: [port] }) => port && resolve(port));
  });
  window.parent.postMessage({ type: "culvert-need-port" }, "*");
</script>`;

/** Starts it on a free port. */
export async function startHostileApp(): Promise<HostileApp> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const { method = "", url: path = "", headers } = request;
    // The App View asks for it when it likes.
    if (path !== "/favicon.ico") seen.push({ method, path, headers });
    request.resume();
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "set-cookie": [`${appCookie.name}=${appCookie.value}; HttpOnly; SameSite=Strict; Path=/`, "theme=dark; Path=/"],
    });
    response.end(path === "/courier" ? falseCourier : "<!doctype html><title>Harmless</title><h1>Harmless</h1>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
