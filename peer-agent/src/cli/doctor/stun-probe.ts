/** Asks STUN servers from one UDP socket by which address they see it (RFC 8489 §2). */
import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { classes, Message, methods, parseMessage } from "werift";

/** Requests are sent again at these times, as a datagram may be lost. */
const sendAtMs = [0, 200, 600, 1_400];
const answerTimeoutMs = 3_000;

/** A server by host and port. */
export interface StunServer {
  readonly host: string;
  readonly port: number;
}

/** What one server says; `mapped` undefined where none came back. */
export interface StunAnswer {
  readonly server: StunServer;
  readonly mapped: { readonly address: string; readonly port: number } | undefined;
  readonly fault: string;
}

/** What was seen from one socket. */
export interface StunProbe {
  readonly localPort: number;
  /** This machine's own addresses. */
  readonly localAddresses: readonly string[];
  readonly answers: readonly StunAnswer[];
}

/** Asks each, over IPv4, from the same port, so that their answers can be compared. */
export async function probeStun(servers: readonly StunServer[]): Promise<StunProbe> {
  const socket = createSocket("udp4");
  try {
    await new Promise<void>((resolve) => socket.bind(0, resolve));
    const answers = await Promise.all(servers.map((server) => ask(socket, server)));
    const localAddresses = Object.values(networkInterfaces()).flatMap((infos = []) =>
      infos.map(({ address }) => address),
    );
    return { localPort: socket.address().port, localAddresses, answers };
  } finally {
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
}

async function ask(socket: Socket, server: StunServer): Promise<StunAnswer> {
  const address = await ipv4Of(server.host);
  if (address === undefined) return { server, mapped: undefined, fault: "its name has no IPv4 address" };
  const request = new Message(methods.BINDING, classes.REQUEST);
  const timers: NodeJS.Timeout[] = [];
  const answer = Promise.withResolvers<StunAnswer>();
  const hear = (datagram: Buffer) => {
    const message = parseMessage(datagram);
    if (message === undefined || !message.transactionId.equals(request.transactionId)) return;
    const mapped: unknown = message.getAttributeValue("XOR-MAPPED-ADDRESS");
    if (!Array.isArray(mapped)) return;
    answer.resolve({ server, mapped: { address: String(mapped[0]), port: Number(mapped[1]) }, fault: "" });
  };
  socket.on("message", hear);
  for (const atMs of sendAtMs) {
    timers.push(setTimeout(() => socket.send(request.bytes, server.port, address, () => {}), atMs));
  }
  const silence: StunAnswer = { server, mapped: undefined, fault: "no answer over UDP" };
  timers.push(setTimeout(() => answer.resolve(silence), answerTimeoutMs));
  try {
    return await answer.promise;
  } finally {
    socket.off("message", hear);
    for (const timer of timers) clearTimeout(timer);
  }
}

async function ipv4Of(host: string): Promise<string | undefined> {
  if (isIP(host) === 4) return host;
  const found = await lookup(host, { family: 4 }).catch(() => undefined);
  return found?.address;
}
