/** Lines 7 to 10 and 12: what documents are made of. */
import type { Line } from "./line.ts";
import { document, fixed, resultOf, types } from "./pages.ts";
import { runLines } from "./run-lines.ts";

const word = "größer 日本";
const latin = Buffer.from("größer", "latin1");
const charsets: Line = {
  number: 7,
  behaviour: "charset by header, meta, BOM, UTF-16 and a late meta",
  serve: (target) => {
    const page = (inside: string) =>
      `<!doctype html><html><head>${inside}<title>x</title></head><body><p>${word}</p></body></html>`;
    const plain = { "content-type": "text/html" };
    target.on("/7/header", fixed(page(""), types.html));
    target.on("/7/meta", fixed(page("<meta charset=utf-8>"), plain));
    target.on("/7/bom", fixed(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(page(""))]), plain));
    target.on("/7/utf16", fixed(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(page(""), "utf16le")]), plain));
    target.on(
      "/7/late",
      fixed(
        page(`${`<!-- ${"x".repeat(900)} -->`}<meta http-equiv="content-type" content="text/html; charset=utf-8">`),
        plain,
      ),
    );
    const latinPage = Buffer.concat([Buffer.from("<!doctype html><title>x</title><p>"), latin, Buffer.from("</p>")]);
    target.on("/7/latin", fixed(latinPage, { "content-type": "text/html; charset=iso-8859-1" }));
    target.on("/7/none", fixed(latinPage, plain));
  },
  observe: async ({ goto }) => {
    const outcomes: Record<string, unknown> = {};
    for (const name of ["header", "meta", "bom", "utf16", "late", "latin", "none"]) {
      const app = await goto(`/7/${name}`);
      outcomes[name] = await app.evaluate(() => [
        window.document.querySelector("p")?.textContent,
        window.document.characterSet,
      ]);
    }
    return outcomes;
  },
  wanted: {
    header: [word, "UTF-8"],
    meta: [word, "UTF-8"],
    bom: [word, "UTF-8"],
    utf16: [word, "UTF-16LE"],
    late: [word, "UTF-8"],
    latin: ["größer", "windows-1252"],
    none: ["größer", "windows-1252"],
  },
};

const kinds: Line = {
  number: 8,
  behaviour: "XHTML, SVG, plain text, JSON and XML as documents",
  serve: (target) => {
    const xhtml = `<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><p id="p">xhtml</p><script>document.getElementById("p").dataset.ran = "yes";</script></body></html>`;
    target.on("/8/xhtml", fixed(xhtml, { "content-type": "application/xhtml+xml" }));
    const svg = `<svg xmlns="http://www.w3.org/2000/svg"><text id="p">svg</text><script>document.getElementById("p").dataset.ran = "yes";</script></svg>`;
    target.on("/8/svg", fixed(svg, types.svg));
    target.on("/8/plain", fixed("<b>plain</b>", types.text));
    target.on("/8/json", fixed(`{"a":"<b>"}`, types.json));
    target.on(
      "/8/xml",
      fixed(`<?xml version="1.0"?><root><p id="p">xml</p></root>`, { "content-type": "application/xml" }),
    );
  },
  observe: async ({ goto }) => {
    const outcomes: Record<string, unknown> = {};
    for (const name of ["xhtml", "svg", "plain", "json", "xml"]) {
      const app = await goto(`/8/${name}`);
      outcomes[name] = await app.evaluate(() => {
        const node = window.document.getElementById("p") as HTMLElement | null;
        const text = node?.textContent ?? window.document.body?.innerText;
        return [window.document.contentType, node?.dataset?.ran ?? null, text?.trim()];
      });
    }
    return outcomes;
  },
  wanted: {
    xhtml: ["application/xhtml+xml", "yes", "xhtml"],
    svg: ["image/svg+xml", "yes", "svg"],
    plain: ["text/plain", null, "<b>plain</b>"],
    json: ["application/json", null, `{"a":"<b>"}`],
    xml: ["application/xml", null, "xml"],
  },
};

const policyScript = "window.ran = [...(window.ran ?? []), document.currentScript?.dataset.n ?? 'x'];";
const policies: Line = {
  number: 9,
  behaviour:
    "content security policies with hash, nonce, strict-dynamic and in meta hold, and our own script breaks none",
  serve: async (target) => {
    const hash = Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(policyScript))).toString(
      "base64",
    );
    const page = `<script data-n="plain">${policyScript}</script><script nonce="abc" data-n="nonce">${policyScript} </script>
      <script>window.result = true</script><script nonce="abc">window.result = true;
      const s = document.createElement("script"); s.src = "/9/late.js"; document.head.append(s);</script>`;
    const withPolicy = (policy: string) => document(page, { "content-security-policy": policy });
    target.on("/9/hash", withPolicy(`script-src 'sha256-${hash}'`));
    target.on("/9/nonce", withPolicy("script-src 'nonce-abc'; connect-src 'self'; img-src 'none'"));
    target.on("/9/dynamic", withPolicy("script-src 'nonce-abc' 'strict-dynamic'; object-src 'none'; base-uri 'none'"));
    target.on(
      "/9/meta",
      fixed(
        `<!doctype html><html><head><meta http-equiv="content-security-policy" content="script-src 'nonce-abc'"></head>${page}`,
        types.html,
      ),
    );
    target.on("/9/none", withPolicy("default-src 'none'"));
    target.on("/9/trusted", withPolicy("require-trusted-types-for 'script'; script-src 'nonce-abc'"));
    target.on("/9/late.js", fixed("window.late = true", types.script));
  },
  observe: async ({ goto }) => {
    const outcomes: Record<string, unknown> = {};
    for (const name of ["hash", "nonce", "dynamic", "meta", "none", "trusted"]) {
      const app = await goto(`/9/${name}`);
      await app.waitForFunction(() => window.document.readyState === "complete");
      outcomes[name] = await app.evaluate(() => {
        const { ran = [], late = false } = window as { ran?: string[]; late?: boolean };
        return { ran, late, cookie: typeof window.document.cookie };
      });
    }
    return outcomes;
  },
  wanted: {
    hash: { ran: ["plain"], late: false, cookie: "string" },
    nonce: { ran: ["nonce"], late: false, cookie: "string" },
    dynamic: { ran: ["nonce"], late: true, cookie: "string" },
    meta: { ran: ["nonce"], late: false, cookie: "string" },
    none: { ran: [], late: false, cookie: "string" },
    trusted: { ran: ["nonce"], late: false, cookie: "string" },
  },
};

const framing: Line = {
  number: 10,
  behaviour: "X-Frame-Options and frame-ancestors between the app's own pages",
  serve: (target) => {
    target.on("/10/deny", document("<h1>deny</h1>", { "x-frame-options": "DENY" }));
    target.on("/10/same", document("<h1>same</h1>", { "x-frame-options": "SAMEORIGIN" }));
    target.on("/10/none", document("<h1>none</h1>", { "content-security-policy": "frame-ancestors 'none'" }));
    target.on("/10/self", document("<h1>self</h1>", { "content-security-policy": "frame-ancestors 'self'" }));
    const names = ["deny", "same", "none", "self"];
    target.on(
      "/10/",
      document(`${names.map((name) => `<iframe id="${name}" src="${name}"></iframe>`).join("")}
        <script>addEventListener("load", () => { window.result = ${JSON.stringify(names)}.map((id) => {
          try { return document.getElementById(id).contentDocument?.querySelector("h1")?.textContent ?? "blocked"; }
          catch { return "blocked"; } }); });</script>`),
    );
  },
  observe: async ({ goto }) => resultOf(await goto("/10/")),
  wanted: ["blocked", "same", "blocked", "self"],
  through: {
    type: "by-design",
    wanted: ["deny", "same", "none", "self"],
    why: "The App View itself frames the app, so an app's own framing rule gives way to ours: the app's origin and the dashboard may frame it, nobody else.",
  },
};

const madeFrames: Line = {
  number: 12,
  behaviour:
    "srcdoc, about:blank with document.write, blob: and javascript: frames fetch, open sockets and see cookies",
  serve: (target) => {
    target.on("/12/text", fixed("text", types.text));
    target.on("/12/pixel.svg", fixed(`<svg xmlns="http://www.w3.org/2000/svg" width="3" height="3"/>`, types.svg));
    target.onSocket("/12/socket", (socket) => socket.send("hello"));
    target.on(
      "/12/",
      document(`<script>
        document.cookie = "c12=1; path=/";
        const probe = \`<img id="i"><script>(async () => {
          const origin = parent.location.origin;
          const text = await (await fetch(origin + "/12/text")).text();
          const image = document.getElementById("i"); image.src = origin + "/12/pixel.svg"; await image.decode();
          const greeting = await new Promise((resolve, reject) => { const s = new WebSocket("ws://" + parent.location.host + "/12/socket");
            s.onmessage = ({ data }) => { resolve(data); s.close(); }; s.onerror = () => reject(new Error("socket")); });
          return [text, image.naturalWidth, greeting, document.cookie.includes("c12=1")];
        })().catch((error) => [String(error)]).then((value) => parent.postMessage({ id: window.frameElement.id, value }, "*"));<\\/script>\`;
        const results = {};
        addEventListener("message", ({ data }) => {
          results[data.id] = data.value;
          if (Object.keys(results).length === 4) window.result = results;
        });
        const add = (id) => { const frame = document.createElement("iframe"); frame.id = id; return frame; };
        const srcdoc = add("srcdoc"); srcdoc.srcdoc = probe; document.body.append(srcdoc);
        const blank = add("blank"); document.body.append(blank);
        blank.contentDocument.open(); blank.contentDocument.write(probe); blank.contentDocument.close();
        const blob = add("blob"); blob.src = URL.createObjectURL(new Blob([probe], { type: "text/html" })); document.body.append(blob);
        const script = add("script"); window.probe = probe; script.src = "javascript:parent.probe"; document.body.append(script);
      </script>`),
    );
  },
  observe: async ({ goto }) => resultOf(await goto("/12/")),
  wanted: {
    srcdoc: ["text", 3, "hello", true],
    blank: ["text", 3, "hello", true],
    blob: ["text", 3, "hello", false],
    script: ["text", 3, "hello", false],
  },
};

runLines("kinds of documents", [charsets, kinds, policies, framing, madeFrames]);
