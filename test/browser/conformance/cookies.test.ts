/** Lines 35 to 43: cookies, as the app sets and reads them. */
import { vi } from "vitest";
import type { Line } from "./line.ts";
import { document, fixed, types } from "./pages.ts";
import type { Place } from "./place.ts";
import { runLines } from "./run-lines.ts";
import type { Target } from "./target.ts";

/** `/NN/set?c=…&c=…` sets cookies as they stand there; `/NN/sent` answers with what the browser sent. */
function serveCookies(target: Target, number: number): void {
  target.on(`/${number}/set`, ({ send, url }) =>
    send("set", { ...types.text, "set-cookie": url.searchParams.getAll("c") }),
  );
  target.on(`/${number}/sent`, ({ send, request }) => send(request.headers.cookie ?? "", types.text));
  target.on(`/${number}/deep/sent`, ({ send, request }) => send(request.headers.cookie ?? "", types.text));
  target.on(`/${number}/`, document(`<h1>${number}</h1>`));
}

async function set({ app }: Place, number: number, ...cookies: readonly string[]): Promise<string> {
  return app.evaluate(
    async ([path, lines]) => {
      const query = new URLSearchParams(lines.map((line) => ["c", line]));
      await fetch(`${path}?${query}`);
      return window.document.cookie;
    },
    [`/${number}/set`, cookies] as const,
  );
}

async function sent({ app }: Place, path: string): Promise<readonly string[]> {
  const text = await app.evaluate(async (address) => (await fetch(address)).text(), path);
  return text === "" ? [] : text.split("; ").toSorted();
}

/** Those of the cookies that belong to a line. */
function own(cookies: string, prefix: string): readonly string[] {
  return cookies
    .split("; ")
    .filter((cookie) => cookie.startsWith(prefix))
    .toSorted();
}

const several: Line = {
  number: 35,
  behaviour: "several Set-Cookie in one answer, an Expires with its comma among them",
  serve: (target) => serveCookies(target, 35),
  observe: async (place) => {
    const expires = "Expires=Wed, 21 Oct 2037 07:28:00 GMT";
    const visible = await set(place, 35, `a35=1; ${expires}; Path=/`, "b35=2; Path=/", `c35=3; Path=/; ${expires}`);
    return {
      visible: visible
        .split("; ")
        .filter((one) => /^[abc]35/.test(one))
        .toSorted(),
    };
  },
  wanted: { visible: ["a35=1", "b35=2", "c35=3"] },
};

const httpOnly: Line = {
  number: 36,
  behaviour: "an HttpOnly cookie is sent and not shown; a script cannot overwrite it",
  serve: (target) => serveCookies(target, 36),
  observe: async (place) => {
    const visible = await set(place, 36, "h36=secret; HttpOnly; Path=/36", "v36=seen; Path=/");
    await place.goto("/36/");
    const overwritten = await place.app.evaluate(async () => {
      // biome-ignore lint/suspicious/noDocumentCookie: an app that writes it is what is tested
      window.document.cookie = "h36=forged; path=/36";
      await fetch("/36/sent");
      return window.document.cookie;
    });
    const cookies = await sent(place, "/36/sent");
    return {
      visible: own(visible, "h36"),
      overwritten: own(overwritten, "h36"),
      sent: cookies.filter((one) => one.startsWith("h36")),
    };
  },
  wanted: { visible: [], overwritten: [], sent: ["h36=secret"] },
};

const rightAfter: Line = {
  number: 37,
  behaviour: "document.cookie shows a cookie as soon as the fetch that set it resolves, and sends what a script set",
  serve: (target) => serveCookies(target, 37),
  observe: async (place) => {
    const seen: (readonly string[])[] = [];
    for (const value of ["1", "2", "3"]) seen.push(own(await set(place, 37, `n37=${value}; Path=/`), "n37"));
    const mixed = await place.app.evaluate(async () => {
      // biome-ignore lint/suspicious/noDocumentCookie: an app that writes it is what is tested
      window.document.cookie = "s37=script; path=/";
      return (await fetch("/37/sent")).text();
    });
    return {
      seen,
      mixed: mixed
        .split("; ")
        .filter((one) => /^[ns]37/.test(one))
        .toSorted(),
    };
  },
  wanted: { seen: [["n37=1"], ["n37=2"], ["n37=3"]], mixed: ["n37=3", "s37=script"] },
};

const scopes: Line = {
  number: 38,
  behaviour: "Path, Domain, expiry and deletion",
  serve: (target) => serveCookies(target, 38),
  observe: async (place) => {
    await set(
      place,
      38,
      "deep38=1; Path=/38/deep",
      "foreign38=1; Domain=example.com",
      "gone38=1; Max-Age=0",
      "old38=1; Path=/",
    );
    await set(place, 38, "old38=x; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "short38=1; Path=/; Max-Age=1");
    const atRoot = (await sent(place, "/38/sent")).filter((one) => one.includes("38"));
    const deep = (await sent(place, "/38/deep/sent")).filter((one) => one.includes("38"));
    await vi.waitUntil(async () => !(await place.app.evaluate(() => window.document.cookie)).includes("short38"), {
      timeout: 10_000,
      interval: 200,
    });
    const afterwards = (await sent(place, "/38/sent")).filter((one) => one.includes("38"));
    return { atRoot, deep, afterwards };
  },
  wanted: { atRoot: ["short38=1"], deep: ["deep38=1", "short38=1"], afterwards: [] },
};

const values: Line = {
  number: 39,
  behaviour: "values with =, quotes and base64 padding stay as they are",
  serve: (target) => serveCookies(target, 39),
  observe: async (place) => {
    const visible = await set(
      place,
      39,
      "a39=YWJj==; Path=/",
      'b39="q u"; Path=/',
      "c39=a=b=c; Path=/",
      "d39=; Path=/",
    );
    const pick = (all: readonly string[]) => all.filter((one) => /^[abcd]39/.test(one)).toSorted();
    return { visible: pick(visible.split("; ")), sent: pick(await sent(place, "/39/sent")) };
  },
  wanted: {
    visible: ["a39=YWJj==", 'b39="q u"', "c39=a=b=c", "d39="],
    sent: ["a39=YWJj==", 'b39="q u"', "c39=a=b=c", "d39="],
  },
};

const twoTabs: Line = {
  number: 40,
  behaviour: "a cookie set in one tab shows in another",
  serve: (target) => serveCookies(target, 40),
  observe: async (place) => {
    const other = await place.openTab("/40/");
    await set(place, 40, "t40=first; Path=/");
    await vi.waitUntil(async () => (await other.app.evaluate(() => window.document.cookie)).includes("t40=first"));
    await other.app.evaluate(() => {
      // biome-ignore lint/suspicious/noDocumentCookie: an app that writes it is what is tested
      window.document.cookie = "u40=other; path=/";
    });
    await vi.waitUntil(async () => (await place.app.evaluate(() => window.document.cookie)).includes("u40=other"));
    const cookies = (await sent(place, "/40/sent")).filter((one) => /^[tu]40/.test(one));
    await other.page.close();
    return cookies;
  },
  wanted: ["t40=first", "u40=other"],
};

const storeApi: Line = {
  number: 41,
  behaviour: "CookieStore: get, set, delete and its change event",
  serve: (target) => serveCookies(target, 41),
  observe: async (place) =>
    place.app.evaluate(async () => {
      const changes: string[] = [];
      const changed = Promise.withResolvers<void>();
      cookieStore.addEventListener("change", ({ changed: set, deleted }) => {
        changes.push(...set.map((one) => `${one.name}=${one.value}`), ...deleted.map((one) => `-${one.name}`));
        if (changes.some((change) => change === "-k41")) changed.resolve();
      });
      await cookieStore.set("k41", "store");
      const read = await cookieStore.get("k41");
      const shown = window.document.cookie.includes("k41=store");
      await fetch(`/41/set?${new URLSearchParams({ c: "f41=fetched; Path=/" })}`);
      const fetched = (await cookieStore.getAll("f41")).map(({ value }) => value);
      await cookieStore.delete("k41");
      await changed.promise;
      return { read: [read?.name, read?.value], shown, fetched, changes: changes.filter((one) => one.includes("41")) };
    }),
  wanted: { read: ["k41", "store"], shown: true, fetched: ["fetched"], changes: ["k41=store", "f41=fetched", "-k41"] },
};

const afterReload: Line = {
  number: 42,
  behaviour: "cookies with an expiry outlive the tab and a reload; they are there when the app is opened again",
  serve: (target) => serveCookies(target, 42),
  observe: async (place) => {
    await set(place, 42, "kept42=1; Path=/; Max-Age=86400", "secret42=1; Path=/; Max-Age=86400; HttpOnly");
    const again = await place.openTab("/42/");
    const cookies = (await sent(again, "/42/sent")).filter((one) => one.includes("42"));
    const visible = own(await again.app.evaluate(() => window.document.cookie), "kept42");
    await again.page.close();
    return { cookies, visible };
  },
  wanted: { cookies: ["kept42=1", "secret42=1"], visible: ["kept42=1"] },
};

const doubleSubmit: Line = {
  number: 43,
  behaviour: "a double-submit XSRF login: token cookie, header from document.cookie, session cookie",
  serve: (target) => {
    target.on("/43/", ({ send }) =>
      send("<!doctype html><h1>Login</h1>", {
        ...types.html,
        "set-cookie": ["XSRF-TOKEN=t%3D1; Path=/43; SameSite=Strict"],
      }),
    );
    target.on("/43/login", ({ request, send }) => {
      const cookie = /XSRF-TOKEN=([^;]*)/.exec(request.headers.cookie ?? "")?.[1];
      const isSame = cookie !== undefined && cookie === request.headers["x-xsrf-token"];
      const isOwn = request.headers.origin === `http://${request.headers.host}`;
      if (isSame && isOwn) send("in", { ...types.text, "set-cookie": ["s43=1; HttpOnly; SameSite=Lax; Path=/"] });
      else send(`refused ${isSame} ${isOwn}`, types.text, 403);
    });
    target.on("/43/me", ({ request, send }) => send(String(/s43=1/.test(request.headers.cookie ?? "")), types.text));
    target.on("/43/sent", fixed("", types.text));
  },
  observe: async ({ goto }) => {
    const app = await goto("/43/");
    return app.evaluate(async () => {
      const token = /XSRF-TOKEN=([^;]*)/.exec(window.document.cookie)?.[1] ?? "";
      const answer = await fetch("/43/login", { method: "POST", headers: { "x-xsrf-token": token } });
      return [await answer.text(), await (await fetch("/43/me")).text()];
    });
  },
  wanted: ["in", "true"],
};

runLines("cookies", [several, httpOnly, rightAfter, scopes, values, twoTabs, storeApi, afterReload, doubleSubmit]);
