/** Lines 13 to 15 and 18 to 21: scripts, styles, fonts and other parts of a page. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { vi } from "vitest";
import type { Line } from "./line.ts";
import { absolute } from "./own-names.ts";
import { document, fixed, resultOf, types } from "./pages.ts";
import { runLines } from "./run-lines.ts";

const modules: Line = {
  number: 13,
  behaviour: "ES modules, import maps and dynamic import",
  serve: (target) => {
    target.on(
      "/13/",
      document(`<script type="importmap">{"imports":{"bare":"/13/bare.js","folder/":"/13/folder/"}}</script>
        <script type="module" src="main.js"></script>`),
    );
    const main = `import { bare } from "bare"; import deep from "folder/deep.js";
      import data from "./data.json" with { type: "json" };
      const late = await import("./late.js?v=1");
      window.result = { bare, deep, data, late: late.late, url: late.url };`;
    target.on("/13/main.js", fixed(main, types.script));
    target.on("/13/bare.js", fixed(`export const bare = "bare";`, types.script));
    target.on("/13/folder/deep.js", fixed(`export default "deep";`, types.script));
    target.on("/13/data.json", fixed(`{"json":1}`, types.json));
    target.on("/13/late.js", fixed(`export const late = "late"; export const url = import.meta.url;`, types.script));
  },
  observe: async ({ goto }) => resultOf(await goto("/13/")),
  wanted: { bare: "bare", deep: "deep", data: { json: 1 }, late: "late", url: "<app>/13/late.js?v=1" },
};

const integrityScript = "window.loaded = [...(window.loaded ?? []), 'good'];";
const integrity: Line = {
  number: 14,
  behaviour: "subresource integrity",
  serve: (target) => {
    const digest = `sha384-${createHash("sha384").update(integrityScript).digest("base64")}`;
    target.on(
      "/14/",
      document(`<script>window.failed = [];</script>
        <script src="good.js" integrity="${digest}" crossorigin onerror="failed.push('good')"></script>
        <script src="bad.js" integrity="${digest}" crossorigin onerror="failed.push('bad')"></script>
        <script>window.result = { loaded, failed };</script>`),
    );
    target.on("/14/good.js", fixed(integrityScript, types.script));
    target.on("/14/bad.js", fixed("window.loaded = ['bad'];", types.script));
  },
  observe: async ({ goto }) => resultOf(await goto("/14/")),
  wanted: { loaded: ["good"], failed: ["bad"] },
};

const codedText = "größer 日本 🎈 ".repeat(2_000);
const codings = { gzip: gzipSync, br: brotliCompressSync, zstd: zstdCompressSync } as const;
const contentCodings: Line = {
  number: 15,
  behaviour: "gzip, br and zstd content coding",
  serve: (target) => {
    for (const [coding, compress] of Object.entries(codings)) {
      target.on(`/15/${coding}`, fixed(compress(codedText), { ...types.text, "content-encoding": coding }));
    }
  },
  observe: async ({ app }) =>
    app.evaluate(
      async ([names, expected]) => {
        const outcomes: Record<string, boolean> = {};
        for (const name of names) outcomes[name] = (await (await fetch(`/15/${name}`)).text()) === expected;
        return outcomes;
      },
      [Object.keys(codings), codedText] as const,
    ),
  wanted: { gzip: true, br: true, zstd: true },
};

const hintNames = ["preload.js", "module.js", "prefetch.txt", "early.css"] as const;
const hints: Line = {
  number: 18,
  behaviour: "preload, modulepreload, prefetch and Link headers load once; the manifest is readable",
  serve: (target) => {
    target.on(
      "/18/",
      document(
        `<link rel="manifest" href="app.webmanifest"><link rel="preload" as="script" href="preload.js">
        <link rel="modulepreload" href="module.js"><link rel="prefetch" href="prefetch.txt">
        <link rel="stylesheet" href="early.css"><script src="preload.js"></script>
        <script type="module" src="module.js"></script>`,
        { link: "</18/early.css>; rel=preload; as=style" },
      ),
    );
    target.on("/18/preload.js", fixed("", { ...types.script, "cache-control": "max-age=60" }));
    target.on("/18/module.js", fixed("", { ...types.script, "cache-control": "max-age=60" }));
    target.on("/18/prefetch.txt", fixed("later", { ...types.text, "cache-control": "max-age=60" }));
    target.on("/18/early.css", fixed("h1 { color: red }", { ...types.style, "cache-control": "max-age=60" }));
    target.on("/18/app.webmanifest", fixed(`{"name":"App"}`, { "content-type": "application/manifest+json" }));
  },
  observe: async ({ goto, target }) => {
    const app = await goto("/18/");
    await vi.waitUntil(() => hintNames.every((name) => target.seenAt(`/18/${name}`).length > 0), { timeout: 15_000 });
    const manifest = await app.evaluate(async () => (await fetch("/18/app.webmanifest")).json());
    return { counts: hintNames.map((name) => target.seenAt(`/18/${name}`).length), manifest };
  },
  wanted: { counts: [1, 1, 1, 1], manifest: { name: "App" } },
};

const font = readFileSync(
  createRequire(import.meta.url).resolve("@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"),
);
const fonts: Line = {
  number: 19,
  behaviour: "web fonts and CSS import chains, with relative addresses",
  serve: (target) => {
    target.on("/19/", document(`<link rel="stylesheet" href="css/first.css"><p id="p">Text</p>`));
    target.on("/19/css/first.css", fixed(`@import "deep/second.css" layer(base); #p { --first: yes }`, types.style));
    const second = `@font-face { font-family: Tested; src: url("../../fonts/tested.woff2?x=1#y") format("woff2") }
      #p { font-family: Tested; --second: yes; background: url(../../pixel.svg) }`;
    target.on("/19/css/deep/second.css", fixed(second, types.style));
    target.on("/19/fonts/tested.woff2", fixed(font, { "content-type": "font/woff2" }));
    target.on("/19/pixel.svg", fixed(`<svg xmlns="http://www.w3.org/2000/svg"/>`, types.svg));
  },
  observe: async ({ goto, target }) => {
    const app = await goto("/19/");
    const page = await app.evaluate(async () => {
      await window.document.fonts.load("16px Tested");
      const style = getComputedStyle(window.document.querySelector("#p") as Element);
      return {
        fonts: [...window.document.fonts].map(({ family, status }) => [family, status]),
        imported: [style.getPropertyValue("--first"), style.getPropertyValue("--second")],
      };
    });
    await vi.waitUntil(() => target.seenAt("/19/pixel.svg").length > 0);
    return { ...page, fontPath: target.seenAt("/19/fonts/tested.woff2")[0]?.path };
  },
  wanted: { fonts: [["Tested", "loaded"]], imported: ["yes", "yes"], fontPath: "/19/fonts/tested.woff2?x=1" },
};

const embedded: Line = {
  number: 21,
  behaviour: "object and embed",
  serve: (target) => {
    target.on(
      "/21/",
      document(`<object id="object" data="inner.html" type="text/html" width="100" height="50">fallback</object>
        <embed id="embed" src="picture.svg" type="image/svg+xml" width="30" height="30">`),
    );
    target.on("/21/inner.html", document(`<h1 id="inner">Inner</h1>`));
    target.on(
      "/21/picture.svg",
      fixed(
        `<svg xmlns="http://www.w3.org/2000/svg" width="30" height="30"><rect id="rect" width="9" height="9"/></svg>`,
        types.svg,
      ),
    );
  },
  observe: async ({ goto, target }) => {
    const app = await goto("/21/");
    await app.waitForFunction(() => {
      const inner = (id: string) => (window.document.getElementById(id) as HTMLObjectElement | null)?.contentDocument;
      const picture = (window.document.getElementById("embed") as HTMLEmbedElement | null)?.getSVGDocument();
      return inner("object")?.getElementById("inner") != null && picture?.getElementById("rect") != null;
    });
    return [target.seenAt("/21/inner.html").length, target.seenAt("/21/picture.svg").length];
  },
  wanted: [1, 1],
};

runLines("assets", [modules, integrity, contentCodings, hints, fonts, absolute, embedded]);
