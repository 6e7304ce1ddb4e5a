/** Requests that one server might take for two, or for another one (RFC 9112 §11.1, §11.2). Pure. */
import type { HostileRequest } from "./hostile-exchange.ts";

const hidden = "GET /smuggled HTTP/1.1\r\nHost: smuggled\r\nContent-Length: 0\r\n\r\n";
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

const codings = [
  ...["chunked", "Chunked", " chunked", "chunked ", "\tchunked", "chunked\t", "chunked, identity", "identity, chunked"],
  ...["identity", "xchunked", "chunkedx", "chunked;q=1", "chunked\x0b", "\x0bchunked", "chun\x0bked", '"chunked"'],
  ...[
    "gzip, chunked",
    "chunked\r\n",
    "chunked\n",
    "\nchunked",
    "chunked\0",
    "chunked,",
    ",chunked",
    "chunked, chunked",
  ],
];
const codingNames = [
  ...["Transfer-Encoding", "transfer-encoding", "TRANSFER-ENCODING", "Transfer_Encoding", "Transfer-Encoding "],
  ...[
    " Transfer-Encoding",
    "Transfer-Encoding:",
    "Transfer-Encoding\x0b",
    "Transfer\r\n-Encoding",
    "X-A\r\nTransfer-Encoding",
  ],
];
const lengths = [
  ...[
    "0",
    "1",
    "5",
    "10",
    "999999",
    "+5",
    "-5",
    " 5",
    "5 ",
    "05",
    "0x5",
    "5, 5",
    "5,6",
    "5;5",
    "5.0",
    "1e1",
    "",
    "5\r\n",
    "\n5",
  ],
  ...["5\0", "\u00b9", "99999999999999999999", "5\x0b", "\x0b5", "5\r\nTransfer-Encoding: chunked", "NaN", "Infinity"],
];
const bodies = [hidden, `0\r\n\r\n${hidden}`, `5\r\nhello\r\n0\r\n\r\n${hidden}`, "hello", ""];

function codingRequests(): HostileRequest[] {
  const body = bytes(`0\r\n\r\n${hidden}`);
  return [
    ...codings.flatMap((coding) => [
      request({ headers: [["Transfer-Encoding", coding]], body }),
      request({
        headers: [
          ["Transfer-Encoding", coding],
          ["Content-Length", String(body.length)],
        ],
        body,
      }),
      request({
        headers: [
          ["Content-Length", "5"],
          ["Transfer-Encoding", coding],
        ],
        body,
      }),
      request({ method: "GET", headers: [["Transfer-Encoding", coding]] }),
    ]),
    ...codingNames.map((name) =>
      request({
        headers: [
          [name, "chunked"],
          ["Content-Length", "5"],
        ],
        body,
      }),
    ),
    request({
      headers: [
        ["Transfer-Encoding", "chunked"],
        ["Transfer-Encoding", "identity"],
      ],
      body,
    }),
    request({
      headers: [
        ["Transfer-Encoding", "identity"],
        ["Transfer-Encoding", "chunked"],
      ],
      body,
    }),
  ];
}

function lengthRequests(): HostileRequest[] {
  return lengths.flatMap((length) => [
    ...bodies.map((text) => request({ headers: [["Content-Length", length]], body: bytes(text) })),
    request({ method: "GET", headers: [["Content-Length", length]] }),
    request({ method: "GET", headers: [["Content-Length", length]], body: bytes(hidden) }),
    request({
      headers: [
        ["Content-Length", length],
        ["Content-Length", "0"],
      ],
      body: bytes(hidden),
    }),
    request({
      headers: [
        ["content-length", "0"],
        ["Content-Length", length],
      ],
      body: bytes(hidden),
    }),
    request({ headers: [["Content_Length", length]], body: bytes(hidden) }),
  ]);
}

function lineRequests(): HostileRequest[] {
  const breaks = [
    "\r\n",
    "\n",
    "\r",
    "\r\n\r\n",
    "\n\n",
    "\0",
    "\x0b",
    "\x0c",
    "\x85",
    "\u2028",
    "\u010a",
    "\u010d\u010a",
    "\r\n\t",
  ];
  return breaks.flatMap((end) => [
    request({ headers: [["X-A", `1${end}${hidden}`]] }),
    request({ headers: [["X-A", `1${end}X-B: 2`]] }),
    request({ headers: [["X-A", end]] }),
    request({ headers: [[`X-A${end}X-B`, "1"]] }),
    request({ headers: [["", `1${end}`]] }),
    request({ path: `/sent${end}${hidden}` }),
    request({ path: `/sent HTTP/1.1${end}Host: smuggled${end}${end}${hidden}` }),
    request({ method: `GET${end}` }),
    request({ method: `GET /smuggled HTTP/1.1${end}Host: smuggled${end}${end}GET` }),
  ]);
}

function connectionRequests(): HostileRequest[] {
  const options = [
    ...["close", "keep-alive", "upgrade", "Content-Length", "Transfer-Encoding", "Host", "close, Host, Content-Length"],
    ...["X-A", "HTTP2-Settings", "te, trailers", "", ",,", "close\r\nX: y"],
  ];
  return [
    ...options.map((option) =>
      request({
        headers: [
          ["Connection", option],
          ["X-A", "1"],
        ],
        body: bytes(hidden),
      }),
    ),
    ...options.map((option) =>
      request({
        method: "GET",
        headers: [
          ["Connection", option],
          ["Upgrade", "websocket"],
        ],
      }),
    ),
    request({
      headers: [
        ["Upgrade", "h2c"],
        ["Connection", "Upgrade, HTTP2-Settings"],
        ["HTTP2-Settings", "AAMAAABk"],
      ],
    }),
    request({
      headers: [
        ["Upgrade", "TLS/1.2"],
        ["Connection", "upgrade"],
      ],
      body: bytes(hidden),
    }),
    ...["100-continue", "100-Continue", "100-continue, x", " 100-continue", "x"].map((word) =>
      request({ headers: [["Expect", word]], body: bytes(hidden) }),
    ),
    ...["trailers", "gzip", "chunked"].map((word) => request({ headers: [["TE", word]], body: bytes(hidden) })),
    request({ headers: [["Trailer", "Content-Length"]], body: bytes(hidden) }),
  ];
}

function methodRequests(): HostileRequest[] {
  const methods = [
    ...[
      "GET",
      "HEAD",
      "DELETE",
      "OPTIONS",
      "PATCH",
      "PUT",
      "PROPFIND",
      "SEARCH",
      "PURGE",
      "PRI",
      "CONNECT",
      "TRACE",
      "TRACK",
    ],
    ...["get", "Get", "G ET", "", "GET ", " GET", "GET/", "GET\t", "X".repeat(33), "\u0102", "M-SEARCH", "SOURCE"],
  ];
  return methods.flatMap((method) => [
    request({ method }),
    request({ method, body: bytes(hidden) }),
    request({ method, headers: [["Content-Length", "5"]], body: bytes(hidden) }),
    request({ method, headers: [["Content-Length", String(hidden.length)]], body: bytes(hidden) }),
  ]);
}

interface Wish {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: Uint8Array;
}

function request({ method = "POST", path = "/sent", headers = [], body }: Wish): HostileRequest {
  return {
    method,
    path,
    headers,
    hasBody: body !== undefined,
    body: body === undefined || body.length === 0 ? [] : [body],
  };
}

/** The whole corpus. */
export function smugglingRequests(): readonly HostileRequest[] {
  return [...codingRequests(), ...lengthRequests(), ...lineRequests(), ...connectionRequests(), ...methodRequests()];
}
