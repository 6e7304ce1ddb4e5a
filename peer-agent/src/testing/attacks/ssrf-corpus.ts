/** Requests by which a viewer tries to reach something else than the service's target, or a path that is closed to it. Pure. */
import type { HostileRequest } from "./hostile-exchange.ts";

/** Ways to write one place so that a careless reader takes it for a host. */
function hostForms(place: string): string[] {
  const [host = "", port = "80"] = place.split(/:(?=[0-9]+$)/);
  const number = host.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const numeric = Number.isFinite(number)
    ? [`${number}:${port}`, `0x${number.toString(16)}:${port}`, `0177.0.0.1:${port}`, `127.1:${port}`]
    : [];
  return [place, ...numeric, `localhost:${port}`, `[::ffff:127.0.0.1]:${port}`, `127.0.0.1.nip.io:${port}`];
}

/** Paths that name a host. */
function pathsTo(hosts: readonly string[]): string[] {
  return hosts.flatMap((host) => [
    ...[
      `http://${host}/secret`,
      `https://${host}/secret`,
      `//${host}/secret`,
      `///${host}/secret`,
      `/\\${host}/secret`,
    ],
    ...[`\\\\${host}\\secret`, `/@${host}/secret`, `@${host}/secret`, `:@${host}/`, `/http://${host}/secret`],
    ...[`/%2f%2f${host}/secret`, `/%5c%5c${host}/secret`, `/.${host}/`, `/x@${host}/`, `?url=http://${host}/`],
    ...[`/?@${host}/`, `/#@${host}/`, `/;@${host}/`, `/\t@${host}/`, `/ @${host}/`, `/%0d%0aHost:%20${host}`],
    ...[`/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`, `/\r\nHost: ${host}`, `/%00@${host}/`, `/\u0000@${host}/`, `${host}`],
    ...[`/${host}`, `ws://${host}/`, `unix:${host}`, `/%68ttp://${host}/`, `\u2215\u2215${host}/`, `//${host}%2f..`],
  ]);
}

/** Headers by which proxies and frameworks are told of another place. */
function headersTo(place: string): HostileRequest[] {
  const names = [
    ...["Host", "X-Forwarded-Host", "Forwarded", "X-Host", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Server"],
    ...["Destination", "Origin", "Referer", "Proxy-Connection", "Upgrade", "Alt-Svc", "X-Real-IP", ":authority"],
  ];
  return [
    ...names.map((name): HostileRequest => ({ path: "/header", headers: [[name, place]] })),
    ...names.map((name): HostileRequest => ({ path: "/header", headers: [[name, `http://${place}/`]] })),
    {
      path: "/header",
      headers: [
        ["Host", "localhost"],
        ["Host", place],
      ],
    },
    { path: "/header", headers: [["X-A", `1\r\nHost: ${place}`]] },
    { path: "/header", headers: [[`X-A\r\nHost: ${place}\r\nX-B`, "1"]] },
    { method: "CONNECT", path: place },
    { method: "CONNECT", path: `/${place}` },
    { method: `GET http://${place}/ HTTP/1.1\r\nHost: ${place}\r\n\r\nGET`, path: "/" },
    { method: "OPTIONS", path: "*" },
    { path: "/redirect", headers: [["X-To", `http://${place}/secret`]] },
  ];
}

/** Ways up and out of `/open`, towards `/closed`. */
export function traversalPaths(): string[] {
  const dots = [
    ...["..", ".%2e", "%2e.", "%2e%2e", "%2E%2E", "%252e%252e", "%25252e%25252e", "..;", "..;x=1", "%2e%2e;", ".%00."],
    ...[
      "..%00",
      "..%20",
      "..%09",
      "...",
      "....",
      "%c0%ae%c0%ae",
      "%e0%80%ae%e0%80%ae",
      "%ef%bc%8e%ef%bc%8e",
      "%u002e%u002e",
    ],
    ...[
      "%e2%80%a5",
      "..%c0%af",
      "..%ef%bc%8f",
      "..%5c",
      "..\\",
      "..%255c",
      "%2e%2e%5c",
      "..%2f",
      "..%252f",
      "..%c1%9c",
    ],
  ];
  const separators = [
    "/",
    "%2f",
    "%2F",
    "%252f",
    "\\",
    "%5c",
    "%255c",
    "//",
    "/./",
    "%c0%af",
    "%ef%bc%8f",
    ";/",
    "%00/",
  ];
  const climbs = dots.flatMap((up) => separators.map((separator) => `/open${separator}${up}${separator}closed`));
  const others = [
    ...[
      "/closed",
      "/CLOSED",
      "/Closed/",
      "/closed/secret",
      "/%63losed",
      "/closed;x",
      "/closed.",
      "/closed%20",
      "/closed%00",
    ],
    ...[
      "//closed",
      "/./closed",
      "/open/../closed",
      "/open/x/../../closed",
      "/open/../open/../closed",
      "/;/closed",
      "/%2fclosed",
    ],
    ...[
      "/open%2f..%2fclosed",
      "/open/%2e%2e%2fclosed",
      "/open\\..\\closed",
      "/open/..//closed",
      "/openclosed",
      "/open%2e/../closed",
    ],
    ...[
      "/open/closed/../../closed",
      "/closed?/open",
      "/closed#/open",
      "/open?/../closed",
      "/open/..%01/closed",
      "/o%70en/../closed",
    ],
    ...[
      "/open/~/../closed",
      "/open/*/../closed",
      "/open/%zz/../closed",
      "/open/%/../closed",
      "/open/..%",
      "/open/%2e%2",
      "/open/..",
    ],
  ];
  return [...climbs, ...others];
}

/** Everything that tries to leave the target, towards each of the places; the first one in every form. */
export function ssrfRequests(places: readonly string[]): HostileRequest[] {
  return places.flatMap((place, index) => [
    ...pathsTo(index === 0 ? hostForms(place) : [place]).map((path): HostileRequest => ({ path })),
    ...headersTo(place),
  ]);
}
