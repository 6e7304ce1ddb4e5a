/** A UDP socket that answers STUN binding requests, so that peers behind NAT learn their addresses without a third party. */
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import { serverLimits } from "../limits.ts";
import type { Logger } from "../log/index.ts";
import { answerBinding } from "./stun-message.ts";

/** A responder that listens. */
export interface StunResponder {
  readonly port: number;
  close(): Promise<void>;
}

/** Where to listen; without `stunPort` at `serverLimits.stunPort` or the next free port. */
export interface StunResponderOptions {
  readonly stunHost: string;
  readonly stunPort?: number | undefined;
}

/** Opens a responder; undefined, with a line in the log, where no port is free. */
export async function openStunResponder(
  { stunHost, stunPort }: StunResponderOptions,
  log: Logger,
): Promise<StunResponder | undefined> {
  const first = stunPort ?? serverLimits.stunPort;
  const last = stunPort === undefined ? first + serverLimits.portTries : first;
  for (let candidate = first; candidate <= last; candidate += 1) {
    const responder = await listen(stunHost, candidate);
    if (responder === undefined) continue;
    log.info({ stunHost, port: responder.port }, "STUN listens");
    return responder;
  }
  log.warn({ stunHost, port: first }, "no UDP port is free for the STUN responder: peers behind NAT need another one");
  return undefined;
}

function listen(host: string, port: number): Promise<StunResponder | undefined> {
  const socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
  socket.on("message", (datagram, from) => {
    const answer = answerBinding(datagram, from.address, from.port);
    if (answer !== undefined) socket.send(answer, from.port, from.address, () => undefined);
  });
  return new Promise((resolve) => {
    socket.once("error", () => {
      socket.close();
      resolve(undefined);
    });
    socket.bind(port, host, () => {
      socket.removeAllListeners("error");
      // A datagram that could not be sent is a datagram lost.
      socket.on("error", () => undefined);
      resolve({
        port: socket.address().port,
        close: () => new Promise((closed) => socket.close(() => closed())),
      });
    });
  });
}
