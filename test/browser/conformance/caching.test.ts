/** Lines 16 and 17: what a browser's HTTP cache does for an app. */
import type { Line } from "./line.ts";
import { fixed, types } from "./pages.ts";
import type { Place } from "./place.ts";
import { runLines } from "./run-lines.ts";

interface FetchOptions {
  readonly headers?: Record<string, string>;
  readonly cache?: "reload" | "no-store" | "force-cache";
}

/** Bodies of fetches of one address, one after the other, and how often the app was asked. */
async function fetchTimes(place: Place, path: string, inits: readonly FetchOptions[]): Promise<object> {
  const bodies = await place.app.evaluate(
    async ([address, options]) => {
      const texts: string[] = [];
      for (const init of options) {
        const response = await fetch(address, init);
        texts.push(`${response.status} ${await response.text()}`);
      }
      return texts;
    },
    [path, inits] as const,
  );
  return { bodies, asked: place.target.seenAt(path.split("?", 1)[0] ?? "").length };
}

const validators: Line = {
  number: 16,
  behaviour: "a stale answer is revalidated by ETag and Last-Modified: 304, body from the cache",
  serve: (target) => {
    target.on("/16/etag", ({ request, send }) => {
      if (request.headers["if-none-match"] === '"v1"') send("", { etag: '"v1"', "cache-control": "no-cache" }, 304);
      else send("body", { ...types.text, etag: '"v1"', "cache-control": "no-cache" });
    });
    const date = "Wed, 21 Oct 2015 07:28:00 GMT";
    target.on("/16/date", ({ request, send }) => {
      if (request.headers["if-modified-since"] === date) send("", { "cache-control": "no-cache" }, 304);
      else send("dated", { ...types.text, "last-modified": date, "cache-control": "no-cache" });
    });
  },
  observe: async (place) => {
    const etag = await fetchTimes(place, "/16/etag", [{}, {}]);
    const date = await fetchTimes(place, "/16/date", [{}, {}]);
    const conditions = place.target.seen.map(
      ({ headers }) => headers["if-none-match"] ?? headers["if-modified-since"] ?? "none",
    );
    const own = await place.app.evaluate(
      async () => (await fetch("/16/etag", { headers: { "if-none-match": '"v1"' } })).status,
    );
    return { etag, date, conditions, own };
  },
  wanted: {
    etag: { bodies: ["200 body", "200 body"], asked: 2 },
    date: { bodies: ["200 dated", "200 dated"], asked: 2 },
    conditions: ["none", '"v1"', "none", "Wed, 21 Oct 2015 07:28:00 GMT"],
    own: 304,
  },
};

const freshness: Line = {
  number: 17,
  behaviour: "immutable, max-age, no-store and Vary are honoured; reload and no-cache modes ask again",
  serve: (target) => {
    let count = 0;
    const counted = (headers: Record<string, string>) =>
      target.on(`/17/${headers.name}`, ({ send }) => {
        count += 1;
        const { name: _, ...rest } = headers;
        send(`${count}`.replace(/\d+/, "x"), { ...types.text, ...rest });
      });
    counted({ name: "immutable", "cache-control": "public, max-age=31536000, immutable" });
    counted({ name: "short", "cache-control": "max-age=60" });
    counted({ name: "no-store", "cache-control": "no-store" });
    counted({ name: "modes", "cache-control": "max-age=60" });
    target.on("/17/vary", ({ request, send }) =>
      send(String(request.headers["x-kind"]), { ...types.text, "cache-control": "max-age=60", vary: "x-kind" }),
    );
    target.on("/17/private", fixed("mine", { ...types.text, "cache-control": "private, max-age=60" }));
    target.on("/17/failure", fixed("no", { ...types.text, "cache-control": "no-cache" }, 500));
  },
  observe: async (place) => {
    const twice = [{}, {}];
    return {
      immutable: await fetchTimes(place, `/17/immutable?${place.via}`, twice),
      short: await fetchTimes(place, "/17/short", twice),
      noStore: await fetchTimes(place, "/17/no-store", twice),
      private: await fetchTimes(place, "/17/private", twice),
      modes: await fetchTimes(place, "/17/modes", [
        {},
        { cache: "reload" },
        { cache: "no-store" },
        { cache: "force-cache" },
      ]),
      vary: await fetchTimes(place, "/17/vary", [
        { headers: { "x-kind": "a" } },
        { headers: { "x-kind": "a" } },
        { headers: { "x-kind": "b" } },
      ]),
      failure: await fetchTimes(place, "/17/failure", twice),
    };
  },
  wanted: {
    immutable: { bodies: ["200 x", "200 x"], asked: 1 },
    short: { bodies: ["200 x", "200 x"], asked: 1 },
    noStore: { bodies: ["200 x", "200 x"], asked: 2 },
    private: { bodies: ["200 mine", "200 mine"], asked: 1 },
    modes: { bodies: ["200 x", "200 x", "200 x", "200 x"], asked: 3 },
    vary: { bodies: ["200 a", "200 a", "200 b"], asked: 2 },
    failure: { bodies: ["500 no", "500 no"], asked: 2 },
  },
};

runLines("caching", [validators, freshness]);
