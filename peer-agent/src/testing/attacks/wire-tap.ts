/** Stands between an agent and a target, passes bytes on, and reads from them strictly which requests were sent. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type NetConnectOpts } from "node:net";

export interface WireTap {
  readonly port: number;
  /** Request lines (method and target) in the order in which connections were made, then of their bytes. Throws for bytes that are no requests. */
  requests(): readonly string[];
  close(): void;
}

/** Starts one before a target. */
export async function startWireTap(target: NetConnectOpts): Promise<WireTap> {
  const connections: Buffer[][] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const parts: Buffer[] = [];
    connections.push(parts);
    const upstream = connect({ ...target, allowHalfOpen: true });
    socket.on("data", (part) => parts.push(part));
    socket.on("error", () => upstream.destroy());
    upstream.on("error", () => socket.destroy());
    socket.on("close", () => upstream.destroy());
    upstream.on("close", () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    requests: () => connections.flatMap((parts) => requestsIn(Buffer.concat(parts).toString("latin1"))),
    close: () => server.close(),
  };
}

const headPattern =
  /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\/[\x21-\x7e]*) HTTP\/1\.1\r\n((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+: ?[^\r\n\0]*\r\n)+)\r\n/;

/** Request lines of one connection by RFC 9112 §6; a last one may be cut in its body. Pure. */
function requestsIn(text: string): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest !== "") {
    const head = headPattern.exec(rest);
    if (head === null) throw new Error(`no request: ${JSON.stringify(rest.slice(0, 200))}`);
    lines.push(`${head[1]} ${head[2]}`);
    const field = (name: string) =>
      [...(head[3] ?? "").matchAll(new RegExp(`^${name}: ?(.*)\r$`, "gim"))].map((hit) => hit[1]);
    const [lengths, codings, hosts] = [field("content-length"), field("transfer-encoding"), field("host")];
    if (lengths.length + codings.length > 1 || hosts.length !== 1) throw new Error(`badly framed: ${head[0]}`);
    if (codings.length === 1 && codings[0] !== "chunked") throw new Error(`an unknown coding: ${head[0]}`);
    rest = rest.slice(head[0].length);
    rest = codings.length === 1 ? afterChunks(rest) : rest.slice(Number(lengths[0] ?? 0));
  }
  return lines;
}

function afterChunks(text: string): string {
  let rest = text;
  for (;;) {
    if (rest === "") return "";
    const line = /^([0-9a-f]+)\r\n/i.exec(rest);
    if (line === null) throw new Error(`no chunk: ${JSON.stringify(rest.slice(0, 60))}`);
    const size = Number.parseInt(line[1] ?? "", 16);
    rest = rest.slice(line[0].length + size + 2);
    if (size === 0) return rest;
  }
}
