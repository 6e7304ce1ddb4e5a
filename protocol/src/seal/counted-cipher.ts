/**
 * Sealing of a path's messages: one key per direction, the nonce is the message's number (SPEC.md §Sealing).
 * Invariant: a number is used once, taken when the call is made, so that asynchronous primitives keep the order.
 */
import { type ErrorOrigin, TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import { aeadNonce } from "./aead-nonce.ts";
import type { MessageOpener, MessageSealer } from "./message-cipher.ts";
import type { AeadKey, Awaitable } from "./primitives.ts";

const noAssociatedData = new Uint8Array(0);

/** The messages of a path and the confirmation before them. */
const allMessages = limits.pathMessages + 1;

/** Seals from message 0 on. One per key, ever: a second one would repeat nonces. Faults are `path-failed`, scope path. */
export function createMessageSealer(sendKey: AeadKey, mostMessages: number = allMessages): MessageSealer {
  let nextNumber = 0;
  const nextNonce = (plaintextBytes: number): Uint8Array => {
    if (nextNumber >= mostMessages) throw pathFault(`${mostMessages} messages went out on one path`, "local");
    if (plaintextBytes > limits.sealedMessageBytes - limits.tagBytes) {
      throw pathFault(`a message of ${plaintextBytes} bytes is too long to seal`, "local");
    }
    const nonce = aeadNonce(nextNumber);
    nextNumber += 1;
    return nonce;
  };
  const seal: MessageSealer["seal"] = (plaintext) =>
    sendKey.encrypt(nextNonce(plaintext.length), noAssociatedData, plaintext);
  if (sendKey.encryptInPlace === undefined) return { seal };
  return {
    seal,
    sealInPlace: (message) =>
      sendKey.encryptInPlace?.(nextNonce(message.length - limits.tagBytes), noAssociatedData, message),
  };
}

/**
 * Opens from message 0 on. The first message that does not open (changed, out of order, one missing before it) throws or
 * rejects with `path-failed` (scope path, origin remote), and so does every call after it.
 */
export function createMessageOpener(receiveKey: AeadKey, mostMessages: number = allMessages): MessageOpener {
  let nextNumber = 0;
  let hasFailed = false;
  const failed = (cause?: unknown): TunnelError => {
    hasFailed = true;
    return pathFault("a message does not open: changed, out of order, or one before it is missing", "remote", cause);
  };
  return {
    open: (sealed) => {
      if (hasFailed || nextNumber >= mostMessages) throw failed();
      if (sealed.length < limits.tagBytes || sealed.length > limits.sealedMessageBytes) throw failed();
      const nonce = aeadNonce(nextNumber);
      nextNumber += 1;
      let opened: Awaitable<Uint8Array>;
      try {
        opened = receiveKey.decrypt(nonce, noAssociatedData, sealed);
      } catch (cause) {
        throw failed(cause);
      }
      if (opened instanceof Uint8Array) return opened;
      return opened.catch((cause: unknown) => {
        throw failed(cause);
      });
    },
  };
}

function pathFault(message: string, origin: ErrorOrigin, cause?: unknown): TunnelError {
  return new TunnelError("path-failed", message, { scope: "path", origin, cause });
}
