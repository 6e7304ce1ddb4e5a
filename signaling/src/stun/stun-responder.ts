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

/** Opens a responder at `port` or the next free one; undefined, with a line in the log, where none is free. */
export async function openStunResponder(host: string, port: number, log: Logger): Promise<StunResponder | undefined> {
  for (let candidate = port; candidate <= Math.min(65_535, port + serverLimits.portTries); candidate += 1) {
    const responder = await listen(host, candidate);
    if (responder !== undefined) return responder;
  }
  log.warn({ port }, "no UDP port is free for the STUN responder: peers behind NAT need another one");
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
