/**
 * A tcp stream joined with a socket: bytes as they are, both directions ending apart.
 * Invariant: at most one read of either side waits for the other; a side that breaks breaks the other.
 */
import type { Socket } from "node:net";
import { type Code, TunnelError } from "@culvert/protocol";
import type { ByteStream } from "@culvert/protocol/endpoint";
import { plainBytes } from "../bytes/plain-bytes.ts";

/** Joins them until both directions are over. Never rejects: the stream is reset with a code where that fails. */
export async function joinSocket(stream: ByteStream, connect: () => Promise<Socket>): Promise<void> {
  let socket: Socket;
  try {
    socket = await connect();
  } catch (thrown) {
    stream.reset(codeOf(thrown));
    return;
  }
  // Half-open by choice: the target may go on sending after the viewer has ended.
  socket.allowHalfOpen = true;
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
  stream.closed.catch(() => breakOff(socket));
  const fail = () => {
    stream.reset("target-aborted");
    breakOff(socket);
  };
  await Promise.all([toTarget(stream, socket).catch(fail), fromTarget(stream, socket).catch(fail)]);
  await closed;
}

/** A reset, so that the target does not take what came for all there is; pipes and TLS know only an end. */
function breakOff(socket: Socket): void {
  try {
    socket.resetAndDestroy();
  } catch {
    socket.destroy();
  }
}

async function toTarget(stream: ByteStream, socket: Socket): Promise<void> {
  for (;;) {
    const bytes = await stream.read();
    if (bytes === null) {
      socket.end();
      return;
    }
    await written(socket, bytes);
  }
}

function written(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** Its own loop, not an iterator: that would destroy the socket at the end of this direction. */
function fromTarget(stream: ByteStream, socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.on("data", (bytes: Buffer) => {
      socket.pause();
      stream.write(plainBytes(bytes)).then(() => socket.resume(), reject);
    });
    socket.once("end", () => {
      stream.end();
      resolve();
    });
    socket.once("close", (hadError) => (hadError || !socket.readableEnded ? reject(new Error("cut")) : resolve()));
    socket.once("error", reject);
  });
}

function codeOf(thrown: unknown): Code {
  return thrown instanceof TunnelError ? thrown.code : "target-unreachable";
}
