/**
 * Scripts of dedicated and shared workers: the shim goes before them, on their first line, so that line numbers stay.
 * Invariant: a strict script stays strict, and every byte of it leaves unchanged and in order.
 */
import { isPrologueKnown, isStrictScript } from "../ports/strict-script.ts";

/** A directive prologue that is longer is taken for none. */
const lookAheadBytes = 64 * 1024;
const byteOrderMark = [0xef, 0xbb, 0xbf];

/**
 * True for the script that a worker is started from; `resultingClientId` tells it from scripts that the worker imports
 * (w3c.github.io/ServiceWorker §4.6.3).
 */
export function isWorkerStart(request: Request, resultingClientId: string): boolean {
  return ["worker", "sharedworker"].includes(request.destination) && resultingClientId !== "";
}

/** A transform that passes a script behind `shim`, which is one line of ASCII. */
export function prefixWorkerScript(shim: string): TransformStream<Uint8Array, Uint8Array> {
  let held: Uint8Array<ArrayBuffer> | undefined = new Uint8Array(0);
  const release = (controller: TransformStreamDefaultController<Uint8Array>, script: Uint8Array) => {
    held = undefined;
    const hasMark = byteOrderMark.every((byte, index) => script[index] === byte);
    const directive = isStrictScript(new TextDecoder().decode(script)) ? `"use strict";` : "";
    controller.enqueue(new TextEncoder().encode(`${directive}${shim};`));
    const rest = hasMark ? script.subarray(byteOrderMark.length) : script;
    if (rest.length > 0) controller.enqueue(rest);
  };
  return new TransformStream({
    transform(chunk, controller) {
      if (held === undefined) {
        controller.enqueue(chunk);
        return;
      }
      const joined = new Uint8Array(held.length + chunk.length);
      joined.set(held);
      joined.set(chunk, held.length);
      held = joined;
      const isKnown = joined.length >= lookAheadBytes || isPrologueKnown(new TextDecoder().decode(joined));
      if (isKnown) release(controller, joined);
    },
    flush(controller) {
      if (held !== undefined) release(controller, held);
    },
  });
}
