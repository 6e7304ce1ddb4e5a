/** Lines 61, 62 and 64: WebSockets beyond the top document, and through the loss of a path. */
import type { Line } from "./line.ts";
import { document, fixed, resultOf, types } from "./pages.ts";
import { runLines } from "./run-lines.ts";
import type { Target } from "./target.ts";

/** Echoes in upper case. */
function serveShout(target: Target, path: string): void {
  target.onSocket(path, (socket) => socket.on("message", (data) => socket.send(String(data).toUpperCase())));
}

const shout = (path: string): string => `const shout = (word, base = location.href) => new Promise((resolve) => {
  const socket = new WebSocket(new URL("${path}", base).href.replace("http", "ws"));
  socket.onopen = () => socket.send(word); socket.onmessage = ({ data }) => { resolve(data); socket.close(); };
  socket.onerror = () => resolve("error"); });`;

const frames: Line = {
  number: 61,
  behaviour: "WebSockets in frames: of a page, srcdoc, about:blank, and the parent's class used from a frame",
  serve: (target) => {
    serveShout(target, "/61/socket");
    target.on(
      "/61/inner",
      document(`<script>${shout("/61/socket")} shout("inner").then((data) => parent.told("inner", data));</script>`),
    );
    target.on(
      "/61/",
      document(`<script>${shout("/61/socket")}
        const results = {};
        window.told = (name, data) => { results[name] = data; if (Object.keys(results).length === 4) window.result = results; };
        const frame = (setUp) => { const one = document.createElement("iframe"); setUp?.(one); document.body.append(one); return one; };
        frame((one) => { one.src = "inner"; });
        frame((one) => { one.srcdoc = \`<script>${shout("/61/socket")} shout("srcdoc", parent.location.href).then((data) => parent.told("srcdoc", data));<\\/script>\`; });
        const blank = frame().contentWindow;
        const address = new URL("/61/socket", location.href).href.replace("http", "ws");
        const use = (Class, name) => { const socket = new Class(address);
          socket.onopen = () => socket.send(name); socket.onmessage = ({ data }) => { told(name, data); socket.close(); };
          socket.onerror = () => told(name, "error"); };
        use(blank.WebSocket, "blank");
        blank.eval("(Class, use) => use(Class, 'parents')")(WebSocket, use);
      </script>`),
    );
  },
  observe: async ({ goto }) => resultOf(await goto("/61/")),
  wanted: { inner: "INNER", srcdoc: "SRCDOC", blank: "BLANK", parents: "PARENTS" },
};

const workerKinds = ["dedicated", "module", "blob", "nested", "shared"] as const;
const workers: Line = {
  number: 62,
  behaviour: "WebSockets and fetch in dedicated, module, blob, nested and shared workers",
  serve: (target) => {
    serveShout(target, "/62/socket");
    target.on("/62/text", fixed("text", types.text));
    const job = `${shout("/62/socket")}
      const work = async (base) => [await shout("word", base), await (await fetch(new URL("/62/text", base))).text()];`;
    target.on("/62/dedicated.js", fixed(`${job} work(location.href).then(postMessage);`, types.script));
    target.on("/62/part.js", fixed(`${job} export { work };`, types.script));
    target.on(
      "/62/module.js",
      fixed(`import { work } from "./part.js"; postMessage(await work(import.meta.url));`, types.script),
    );
    target.on(
      "/62/nested.js",
      fixed(
        `const inner = new Worker("dedicated.js"); inner.onmessage = ({ data }) => postMessage(data);`,
        types.script,
      ),
    );
    target.on(
      "/62/shared.js",
      fixed(
        `${job} onconnect = ({ ports: [port] }) => work(location.href).then((data) => port.postMessage(data));`,
        types.script,
      ),
    );
    target.on(
      "/62/",
      document(`<script>
        const results = {};
        const told = (name) => ({ data }) => { results[name] = data; if (Object.keys(results).length === 5) window.result = results; };
        const start = (name, worker) => { worker.onmessage = told(name); worker.onerror = (event) => told(name)({ data: "error " + event.message }); };
        start("dedicated", new Worker("dedicated.js"));
        start("module", new Worker("module.js", { type: "module" }));
        const text = ${JSON.stringify(job)} + ' onmessage = ({ data }) => work(data).then(postMessage);';
        const blob = new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
        start("blob", blob); blob.postMessage(location.href);
        start("nested", new Worker("nested.js"));
        const shared = new SharedWorker("shared.js"); shared.port.onmessage = told("shared");
        shared.onerror = () => told("shared")({ data: "error" });
      </script>`),
    );
  },
  observe: async ({ goto }) => resultOf(await goto("/62/")),
  wanted: Object.fromEntries(workerKinds.map((kind) => [kind, ["WORD", "text"]])),
};

const pathLoss: Line = {
  number: 64,
  behaviour: "a WebSocket lives on through the loss of a path",
  serve: (target) => serveShout(target, "/64/socket"),
  observe: async ({ app, losePath }) => {
    await app.evaluate(async () => {
      const socket = new WebSocket("/64/socket");
      const log: string[] = [];
      socket.onmessage = ({ data }) => log.push(data);
      socket.onclose = () => log.push("closed");
      Object.assign(window, { kept: { socket, log } });
      await new Promise((resolve) => {
        socket.onopen = resolve;
      });
      socket.send("before");
    });
    await losePath();
    return app.evaluate(async () => {
      const { kept } = window as unknown as { kept: { socket: WebSocket; log: string[] } };
      kept.socket.send("after");
      await new Promise<void>((resolve) => {
        const timer = setInterval(() => {
          if (!kept.log.includes("AFTER") && !kept.log.includes("closed")) return;
          clearInterval(timer);
          resolve();
        }, 20);
      });
      kept.socket.onclose = null;
      kept.socket.close();
      return kept.log;
    });
  },
  wanted: ["BEFORE", "AFTER"],
};

runLines("sockets in other realms", [frames, workers, pathLoss]);
