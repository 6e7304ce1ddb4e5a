/** Lines 44 to 48: forms, redirects of navigations, and logins. */
import { vi } from "vitest";
import type { Line } from "./line.ts";
import { document, fixed, types } from "./pages.ts";
import { runLines } from "./run-lines.ts";
import { answering } from "./sign-in.ts";

const kinds: Line = {
  number: 44,
  behaviour: "GET, POST and multipart forms with a file",
  serve: (target) => {
    target.on(
      "/44/",
      document(`<form id="get" action="got"><input name="q" value="a b&ü"><button>get</button></form>
        <form id="post" method="post" action="posted"><input name="q" value="a b&ü"><button>post</button></form>
        <form id="file" method="post" action="filed" enctype="multipart/form-data"><input name="text" value="ü">
        <input type="file" name="file"><button>send</button></form>`),
    );
    for (const name of ["got", "posted", "filed"]) {
      target.on(`/44/${name}`, async ({ body, send }) => {
        await body();
        send(`<!doctype html><h1 id="${name}">${name}</h1>`, types.html);
      });
    }
  },
  observe: async ({ goto, app, target }) => {
    for (const [form, name] of [
      ["get", "got"],
      ["post", "posted"],
      ["file", "filed"],
    ] as const) {
      await goto("/44/");
      if (form === "file") {
        const bytes = Buffer.from([0, 1, 254, 255, 13, 10]);
        await app.setInputFiles("input[type=file]", {
          name: "grüße.bin",
          mimeType: "application/x-test",
          buffer: bytes,
        });
      }
      await app.click(`#${form} button`);
      await app.waitForSelector(`#${name}`);
    }
    const [got] = target.seenAt("/44/got");
    const [posted] = target.seenAt("/44/posted");
    const [filed] = target.seenAt("/44/filed");
    const boundary = /boundary=(.*)$/.exec(filed?.headers["content-type"] ?? "")?.[1] ?? "none";
    return {
      got: got?.path,
      posted: [posted?.headers["content-type"], posted?.headers["content-length"], posted?.body?.toString()],
      filed: filed?.body?.toString("latin1").replaceAll(boundary, "B"),
      filedType: filed?.headers["content-type"]?.replace(boundary, "B"),
      origin: posted?.headers.origin,
    };
  },
  wanted: {
    got: "/44/got?q=a+b%26%C3%BC",
    posted: ["application/x-www-form-urlencoded", "14", "q=a+b%26%C3%BC"],
    filed:
      '--B\r\nContent-Disposition: form-data; name="text"\r\n\r\nÃ¼\r\n--B\r\nContent-Disposition: form-data; name="file"; filename="grÃ¼Ã\u009fe.bin"\r\nContent-Type: application/x-test\r\n\r\n\0\u0001þÿ\r\n\r\n--B--\r\n',
    filedType: "multipart/form-data; boundary=B",
    origin: "<app>",
  },
};

const redirectedPosts: Line = {
  number: 45,
  behaviour: "a POST answered by 303 becomes a GET; by 307 it keeps method and body",
  serve: (target) => {
    for (const status of [302, 303, 307, 308]) {
      target.on(`/45/${status}`, async ({ body, send }) => {
        await body();
        send("", { location: `/45/end?${status}` }, status);
      });
    }
    target.on("/45/end", async ({ body, send, request }) => {
      const text = (await body()).toString();
      send(`<!doctype html><h1>${request.method} ${text}</h1>`, types.html);
    });
    target.on(
      "/45/",
      document(
        [302, 303, 307, 308]
          .map((status) => `<form id="f${status}" method="post" action="${status}"><input name="k" value="v"></form>`)
          .join(""),
      ),
    );
  },
  observe: async ({ goto, app }) => {
    const outcomes: Record<string, string[]> = {};
    for (const status of [302, 303, 307, 308]) {
      await goto("/45/");
      await app.evaluate((id) => {
        const form = window.document.getElementById(id) as HTMLFormElement;
        setTimeout(() => form.submit());
      }, `f${status}`);
      await app.waitForURL((url) => url.pathname === "/45/end");
      await app.waitForSelector("h1");
      const byForm = await app.evaluate(() => window.document.querySelector("h1")?.textContent ?? "");
      const byFetch = await app.evaluate(
        async (to) =>
          (await (await fetch(to, { method: "POST", body: "f=1" })).text()).replace(/.*<h1>(.*)<\/h1>/, "$1"),
        `/45/${status}`,
      );
      outcomes[status] = [byForm, byFetch];
    }
    return outcomes;
  },
  wanted: {
    302: ["GET ", "GET "],
    303: ["GET ", "GET "],
    307: ["POST k=v", "POST f=1"],
    308: ["POST k=v", "POST f=1"],
  },
};

const locations: Line = {
  number: 46,
  behaviour: "relative, absolute, protocol-relative and loopback Location; Refresh header",
  serve: (target) => {
    const { port } = target;
    const all = {
      relative: "deep/end?relative",
      absolutePath: "/46/deep/end?absolutePath",
      localhost: `http://localhost:${port}/46/deep/end?localhost`,
      query: "?query",
      hash: "/46/deep/end?hash#part",
    };
    for (const [name, location] of Object.entries(all)) {
      target.on(`/46/${name}`, ({ send, url }) =>
        url.search === "" ? send("", { location }, 302) : send("<!doctype html><h1>end</h1>", types.html),
      );
    }
    target.on("/46/refresh", ({ send }) =>
      send("wait", { ...types.html, refresh: `0; url=http://localhost:${port}/46/deep/end?refresh` }),
    );
    target.on("/46/deep/end", document("<h1>end</h1>"));
  },
  observe: async ({ app, goto }) => {
    const outcomes: string[] = [];
    for (const name of ["relative", "absolutePath", "localhost", "query", "hash", "refresh"]) {
      await goto("/");
      await app.evaluate((to) => void setTimeout(() => location.assign(to)), `/46/${name}`);
      await vi.waitUntil(
        () => app.evaluate(() => window.document.querySelector("h1")?.textContent === "end").catch(() => false),
        { timeout: 15_000 },
      );
      outcomes.push(await app.evaluate(() => location.href));
    }
    return outcomes;
  },
  wanted: [
    "<app>/46/deep/end?relative",
    "<app>/46/deep/end?absolutePath",
    "<app>/46/deep/end?localhost",
    "<app>/46/query?query",
    "<app>/46/deep/end?hash#part",
    "<app>/46/deep/end?refresh",
  ],
};

const chain: Line = {
  number: 48,
  behaviour: "a login cookie set in the middle of a chain of redirects is there at its end",
  serve: (target) => {
    target.on("/48/login", ({ send }) =>
      send("", { location: "/48/middle", "set-cookie": ["a48=1; Path=/; HttpOnly"] }, 303),
    );
    target.on("/48/middle", ({ send, request }) =>
      send(
        "",
        { location: `/48/end?${/a48=1/.test(request.headers.cookie ?? "")}`, "set-cookie": ["b48=2; Path=/48"] },
        302,
      ),
    );
    target.on("/48/end", ({ send, request, url }) => {
      const names =
        (request.headers.cookie ?? "")
          .match(/[ab]48=\d/g)
          ?.toSorted()
          .join() ?? "";
      send(`<!doctype html><h1>${url.search} ${names}</h1>`, types.html);
    });
    target.on("/48/", document(`<form method="post" action="login"><button>in</button></form>`));
    target.on("/48/none", fixed("", types.text));
  },
  observe: async ({ goto, app }) => {
    await goto("/48/");
    await app.click("button");
    await app.waitForURL((url) => url.pathname === "/48/end");
    const shown = await app.evaluate(() => [window.document.querySelector("h1")?.textContent, window.document.cookie]);
    return { heading: shown[0], visible: /b48=2/.test(shown[1] ?? "") && !/a48/.test(shown[1] ?? "") };
  },
  wanted: { heading: "?true a48=1,b48=2", visible: true },
};

const ada = { userName: "ada", password: "pass:wörd" };
const adaWrites = `Basic ${Buffer.from("ada:pass:wörd").toString("base64")}`;
const basic: Line = {
  number: 47,
  behaviour: "a Basic challenge (401): the question is asked, the answer is kept for its realm",
  serve: (target) => {
    const guard = (path: string, realm: string): void =>
      target.on(path, async ({ body, request, send }) => {
        const text = (await body()).toString();
        if (request.headers.authorization === adaWrites) send(`<h1>${request.method} ${text}</h1>`, types.html);
        else send("<h1>Refused</h1>", { ...types.html, "www-authenticate": `Basic realm="${realm}"` }, 401);
      });
    for (const path of ["/47/wiki/page", "/47/wiki/data", "/47/other/posted"]) guard(path, "wiki");
    guard("/47/admin/", "admin");
  },
  observe: async (place) => {
    const { app, target } = place;
    const heading = () => app.evaluate(() => window.document.querySelector("h1")?.textContent);
    const wrong = { userName: "ada", password: "wrong" };
    const opened = await answering(place, [wrong, ada], () => place.goto("/47/wiki/page"));
    const page = await heading();
    // In the same folder it is sent by itself; elsewhere once the same realm asks; never in place of the page's own.
    const later = await answering(place, [], () =>
      app.evaluate(async () => {
        const ask = async (path: string, init?: RequestInit) => {
          const answer = await fetch(path, init);
          return [answer.status, (await answer.text()).replace(/.*<h1>(.*)<.h1>/, "$1")];
        };
        const request = new XMLHttpRequest();
        request.open("POST", "/47/other/posted");
        const posted = await new Promise((resolve) => {
          request.onloadend = () => resolve(request.responseText);
          request.send("body");
        });
        const bare = await ask("/47/wiki/data", { credentials: "omit" });
        return { data: await ask("/47/wiki/data?known"), posted, bare };
      }),
    );
    const refused = await answering(place, [undefined], () => place.goto("/47/admin/"));
    return {
      asked: [opened.realms, later.realms, refused.realms],
      page,
      later: later.value,
      refused: await heading(),
      tries: [target.seenAt("/47/wiki/page").length, target.seenAt("/47/other/posted").length],
      known: target.seen
        .filter(({ path }) => path === "/47/wiki/data?known")
        .map(({ headers }) => headers.authorization),
    };
  },
  wanted: {
    asked: [["wiki", "wiki"], [], ["admin"]],
    page: "GET ",
    later: { data: [200, "GET "], posted: "<h1>POST body</h1>", bare: [401, "Refused"] },
    refused: "Refused",
    tries: [3, 2],
    known: [adaWrites],
  },
};

runLines("forms", [kinds, redirectedPosts, locations, basic, chain]);
