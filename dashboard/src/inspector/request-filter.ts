/**
 * Which requests a person wants to see. Words must all fit: plain ones are looked for in method, path, status and type;
 * `status:4xx`, `method:post`, `type:json`, `is:failed`, `is:slow` and `is:repeated` ask for one thing; `-` turns one around.
 */
import type { InspectedRequest } from "@culvert/browser-client";

/** What is looked at, beside the words. */
export const requestGroups = ["all", "fetch", "page", "script", "style", "image", "live", "failed"] as const;
export type RequestGroup = (typeof requestGroups)[number];

/** A person waits from here on. */
const slowMs = 1_000;

type Test = (request: InspectedRequest) => boolean;

/** A test for a line of the list. */
export function requestFilter(words: string, group: RequestGroup): Test {
  const tests = words.trim().toLowerCase().split(/\s+/).filter(Boolean).map(testOf);
  return (request) => groupTests[group](request) && tests.every((test) => test(request));
}

/** True where a person would say that it went wrong. */
export function isFailed({ status, code }: InspectedRequest): boolean {
  return code !== null || (status !== null && status >= 400);
}

const images: ReadonlySet<string> = new Set(["image", "font", "audio", "video", "track"]);
const pages: ReadonlySet<string> = new Set(["document", "iframe", "frame"]);
const scripts: ReadonlySet<string> = new Set(["script", "worker", "sharedworker", "serviceworker", "audioworklet"]);

const groupTests: Readonly<Record<RequestGroup, Test>> = {
  all: () => true,
  fetch: ({ kind, destination }) => kind === "http" && destination === "",
  page: ({ destination }) => pages.has(destination),
  script: ({ destination }) => scripts.has(destination),
  style: ({ destination }) => destination === "style",
  image: ({ destination }) => images.has(destination),
  live: ({ kind }) => kind !== "http",
  failed: isFailed,
};

function testOf(word: string): Test {
  if (word.length > 1 && word.startsWith("-")) {
    const test = testOf(word.slice(1));
    return (request) => !test(request);
  }
  const colon = word.indexOf(":");
  const [name, value] = colon < 0 ? ["", word] : [word.slice(0, colon), word.slice(colon + 1)];
  switch (name) {
    case "status":
      return ({ status }) => statusFits(String(status ?? ""), value);
    case "method":
      return ({ method }) => method.toLowerCase() === value;
    case "type":
      return ({ contentType, destination }) => contentType.includes(value) || destination.includes(value);
    case "is":
      return isTests[value] ?? (() => true);
    default:
      return ({ path, method, status, contentType }) =>
        path.toLowerCase().includes(word) ||
        method.toLowerCase() === word ||
        String(status ?? "") === word ||
        contentType.includes(word);
  }
}

const isTests: Readonly<Record<string, Test>> = {
  failed: isFailed,
  slow: ({ totalMs, headMs }) => (headMs ?? totalMs ?? 0) >= slowMs,
  repeated: ({ replayOf }) => replayOf !== null,
  running: ({ totalMs }) => totalMs === null,
};

/** `404`, `4xx`, and `4` while somebody types. */
function statusFits(status: string, wanted: string): boolean {
  return status !== "" && status.startsWith(wanted.replace(/x+$/, ""));
}
