/**
 * A core without a tunnel: it runs in a page of the dashboard origin and plays the core over the ports with canned
 * answers. `runStubCore` is sent to the page as text, so it refers to nothing outside of itself.
 */
/** What the page keeps for the test to look at: `globalThis.stub`. */
export interface Stub {
  readonly requests: {
    method: string;
    path: string;
    destination: string;
    headers: [string, string][];
    sizeBytes: number | null;
  }[];
  readonly canceled: string[];
  readonly pageInfos: { path: string; title: string }[];
  readonly cookiesSet: string[];
  readonly closes: number[];
  /** Most response bytes that were sent and not yet covered by credit beyond the first grant. */
  largestLeadBytes: number;
  isTargetUp: boolean;
  workerReady: number;
  bootId: string;
  openApp(path: string): void;
  closeCore(): void;
}

/** Runs in the dashboard page. */
export function runStubCore({
  appOrigin,
  dashboardOrigin,
  appViewUrl,
}: {
  appOrigin: string;
  dashboardOrigin: string;
  appViewUrl: string;
}): void {
  const encoder = new TextEncoder();
  const firstGrant = 256 * 1024;
  let servicePort: MessagePort | undefined;
  const stub: Stub = {
    requests: [],
    canceled: [],
    pageInfos: [],
    cookiesSet: [],
    closes: [],
    largestLeadBytes: 0,
    isTargetUp: true,
    workerReady: 0,
    bootId: "",
    openApp: (path) => {
      document.getElementById("app")?.remove();
      const frame = document.createElement("iframe");
      frame.id = "app";
      frame.setAttribute(
        "sandbox",
        "allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-downloads",
      );
      frame.src = `${appOrigin}/.culvert/boot#${path}`;
      document.body.append(frame);
    },
    closeCore: () =>
      servicePort?.postMessage({ type: "core-closed", code: "closed", message: "The App View was closed." }),
  };
  Object.assign(globalThis, { stub });

  addEventListener("message", (event) => {
    if (event.origin !== appOrigin) return;
    const { type } = event.data;
    if (type === "culvert-worker-ready") stub.workerReady += 1;
    if (type !== "culvert-courier-ready" && type !== "culvert-need-port") return;
    const { port1, port2 } = new MessageChannel();
    const bootId = crypto.randomUUID();
    stub.bootId = bootId;
    servicePort = port1;
    port1.onmessage = ({ data }) => serve(data, port1);
    (event.source as Window).postMessage({ type: "culvert-port", bootId }, appOrigin, [port2]);
    function serve(data: { type: string; request: never; port: MessagePort }, port: MessagePort): void {
      if (data.type === "worker-hello") {
        port.postMessage({
          type: "core-hello",
          portProtocol: 2,
          bootId,
          dashboardOrigin,
          appViewUrl,
          serviceName: "x",
        });
      }
      if (data.type === "open-http") void answer(data.request, data.port);
      if (data.type === "open-page") servePage(data.port);
    }
  });
  const courier = document.createElement("iframe");
  courier.hidden = true;
  courier.src = `${appOrigin}/.culvert/courier`;
  document.body.append(courier);

  interface Asked {
    method: string;
    path: string;
    destination: string;
    hasBody: boolean;
    bodySizeBytes: number | null;
    headers: [string, string][];
  }

  async function answer(asked: Asked, port: MessagePort): Promise<void> {
    const { method, path, destination, headers, bodySizeBytes } = asked;
    stub.requests.push({ method, path, destination, headers, sizeBytes: bodySizeBytes });
    const url = new URL(path, appOrigin);
    let limit = firstGrant;
    let sent = 0;
    let isCanceled = false;
    let wake = () => {};
    const upload: Uint8Array[] = [];
    let uploadEnded = () => {};
    const uploaded = new Promise<void>((resolve) => {
      uploadEnded = resolve;
    });
    let uploadBytes = 0;
    const post = (message: object) => port.postMessage(message);
    port.onmessage = ({ data }) => {
      switch (data.type) {
        case "credit":
          limit = data.limit;
          wake();
          break;
        case "cancel":
          isCanceled = true;
          stub.canceled.push(path);
          wake();
          break;
        case "chunk":
          upload.push(data.bytes);
          uploadBytes += data.bytes.length;
          post({ type: "uploaded", bytes: uploadBytes });
          post({ type: "credit", limit: uploadBytes + 256 * 1024 });
          break;
        case "end":
          uploadEnded();
          break;
      }
    };
    const head = (status: number, list: Record<string, string> = {}, documentCookies?: string) =>
      post({
        type: "head",
        status,
        statusText: "",
        headers: Object.entries(list),
        ...(documentCookies === undefined ? {} : { documentCookies }),
      });
    const chunk = async (bytes: Uint8Array) => {
      while (sent >= limit && !isCanceled) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      sent += bytes.length;
      stub.largestLeadBytes = Math.max(stub.largestLeadBytes, sent - limit + firstGrant);
      if (!isCanceled) post({ type: "chunk", bytes });
    };
    const whole = async (list: Record<string, string>, body: string | Uint8Array, status = 200, cookies?: string) => {
      head(status, list, cookies);
      if (method !== "HEAD") await chunk(typeof body === "string" ? encoder.encode(body) : body);
      post({ type: "end" });
    };
    const html = { "content-type": "text/html" };
    switch (url.pathname) {
      case "/":
        return whole(
          {
            ...html,
            "content-security-policy": "script-src 'self'; frame-ancestors 'none'",
            "x-frame-options": "DENY",
          },
          "<!doctype html><html><head><title>Home</title><link rel=stylesheet href=/style.css></head><body><h1>Home</h1><script src=/app.js></script></body></html>",
          200,
          'theme=da"rk; lang=en',
        );
      case "/app.js":
        return whole(
          { "content-type": "text/javascript" },
          "document.body.dataset.cookies = document.cookie; document.body.dataset.ran = 'yes';",
        );
      case "/sw-of-the-app.js":
        return whole({ "content-type": "text/javascript" }, "onfetch = () => undefined;");
      case "/style.css":
        return whole({ "content-type": "text/css" }, "h1 { color: rgb(1, 2, 3) }");
      case "/json":
        return whole({ "content-type": "application/json" }, JSON.stringify({ method, query: url.search }));
      case "/gzip": {
        const coded = new Response("coded ".repeat(1000)).body?.pipeThrough(new CompressionStream("gzip"));
        const bytes = new Uint8Array(await new Response(coded).arrayBuffer());
        return whole(
          { "content-type": "text/plain", "content-encoding": "gzip", "content-length": String(bytes.length) },
          bytes,
        );
      }
      case "/echo": {
        if (asked.hasBody) await uploaded;
        return whole(
          { "content-type": "application/octet-stream" },
          new Uint8Array(await new Blob(upload as BlobPart[]).arrayBuffer()),
        );
      }
      case "/sse":
        head(200, { "content-type": "text/event-stream" });
        for (let count = 1; !isCanceled; count += 1) {
          await chunk(encoder.encode(`id: ${count}\ndata: tick ${count}\n\n`));
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        return;
      case "/sse-short":
        return whole(
          { "content-type": "text/event-stream" },
          `retry: 100\nid: after ${headers.find(([name]) => name === "last-event-id")?.[1]}\ndata: x\n\n`,
        );
      case "/redirect":
        head(302, { location: `${appOrigin}/landing?from=redirect` });
        return post({ type: "end" });
      case "/landing":
        return whole(html, "<title>Landed</title><p>landed");
      case "/range": {
        const [, from = "0", to = "999"] =
          /bytes=(\d+)-(\d*)/.exec(headers.find(([name]) => name === "range")?.[1] ?? "") ?? [];
        const bytes = new Uint8Array(1000).map((_, index) => index).slice(Number(from), Number(to || 999) + 1);
        return whole(
          { "content-range": `bytes ${from}-${to || 999}/1000`, "content-length": String(bytes.length) },
          bytes,
          206,
        );
      }
      case "/big": {
        const total = Number(url.searchParams.get("size"));
        head(200, { "content-type": "application/octet-stream" });
        for (let done = 0; done < total && !isCanceled; done += 65_536)
          await chunk(new Uint8Array(Math.min(65_536, total - done)));
        return post({ type: "end" });
      }
      case "/cut":
        head(200, { "content-type": "text/plain", "content-length": "100" });
        await chunk(encoder.encode("begun"));
        return post({ type: "failed", failure: { code: "target-aborted", message: "The app broke off.", hint: "" } });
      case "/unfinished":
        head(200, { "content-type": "text/plain" });
        return chunk(encoder.encode("begun"));
      case "/silent":
        return;
      case "/flaky":
        if (stub.isTargetUp) return whole(html, "<title>Up</title><p>up");
        return post({
          type: "failed",
          failure: {
            code: "target-unreachable",
            message: "Nothing answers on 127.0.0.1:3000.",
            hint: "Start the app on that port.",
          },
        });
      case "/file":
        return whole({ "content-type": "text/csv" }, "a,b\n1,2\n");
      default:
        return whole(html, "<title>Not found</title><p>no such page", 404);
    }
  }

  function servePage(port: MessagePort): void {
    port.postMessage({ type: "page-ready" });
    port.onmessage = ({ data }) => {
      if (data.type === "page-info") stub.pageInfos.push({ path: data.path, title: data.title });
      if (data.type === "set-cookie") stub.cookiesSet.push(data.cookie);
      if (data.type !== "open-websocket") return;
      const socket: MessagePort = data.port;
      if (data.path === "/refused") return socket.postMessage({ type: "failed", message: "403" });
      socket.postMessage({ type: "open", protocol: data.protocols[0] ?? "" });
      let sent = 0;
      socket.onmessage = ({ data: message }) => {
        if (message.type === "close") {
          stub.closes.push(message.code);
          socket.postMessage({ type: "close", code: message.code, reason: message.reason, wasClean: true });
        } else if (message.type !== "credit") {
          sent += message.type === "text" ? message.text.length : message.bytes.length;
          socket.postMessage({ type: "sent", bytes: sent });
          socket.postMessage(message);
        }
      };
    };
  }
}
