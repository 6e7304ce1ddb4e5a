/** A viewer for target tests: sends exchanges through a target over streams in memory. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo, Server as NetServer } from "node:net";
import {
  type HeaderList,
  type RequestHead,
  type ResponseHead,
  receiveRequest,
  type SentRequest,
  sendRequest,
} from "@culvert/protocol/http";
import type { ServiceTarget } from "../targets/target.ts";
import { streamPair } from "./stream-pair.ts";

/** Sends one request through a target, as a viewer does. `served` resolves when the target has finished with it. */
export function ask(
  target: ServiceTarget,
  head: Partial<RequestHead> & Pick<RequestHead, "path">,
): { readonly sent: SentRequest; readonly served: Promise<void> } {
  const { viewer, agent } = streamPair("http");
  const sent = sendRequest(viewer, { method: "GET", headers: [], hasBody: false, ...head });
  const served = receiveRequest(agent).then((request) => target.exchange(request));
  return { sent, served };
}

/** The whole body as bytes. */
export async function bodyOf(sent: SentRequest): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let bytes = await sent.readBody(); bytes !== null; bytes = await sent.readBody()) parts.push(bytes);
  return Buffer.concat(parts);
}

/** The first value of a header, undefined where there is none. */
export function header(head: ResponseHead | { readonly headers: HeaderList }, name: string): string | undefined {
  return head.headers.find(([known]) => known.toLowerCase() === name)?.[1];
}

/** SHA-256 as hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Listens on a free loopback port, or on the one given, and gives it. */
export async function listen(server: NetServer, host = "127.0.0.1", port = 0): Promise<number> {
  server.listen(port, host);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
