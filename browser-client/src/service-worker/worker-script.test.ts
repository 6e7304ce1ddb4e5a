import { expect, it } from "vitest";
import { prefixWorkerScript } from "./worker-script.ts";

async function prefixed(...chunks: readonly string[]): Promise<string> {
  const bytes = chunks.map((chunk) => new TextEncoder().encode(chunk));
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of bytes) controller.enqueue(chunk);
      controller.close();
    },
  });
  return new Response(
    source.pipeThrough(prefixWorkerScript("shim()")) as ReadableStream<Uint8Array<ArrayBuffer>>,
  ).text();
}

it.each([
  ["a plain script", ["let a;\nb"], "shim();let a;\nb"],
  ["a strict script", ['"use strict";\nlet a'], '"use strict";shim();"use strict";\nlet a'],
  ["a strict script in pieces", ['// x\n"use', " strict", '"; a', "b"], '"use strict";shim();// x\n"use strict"; ab'],
  ["a byte order mark", ["\uFEFFlet a"], "shim();let a"],
  ["an empty script", [], "shim();"],
  ["a comment alone", ["// nothing"], "shim();// nothing"],
])("%s", async (_name, chunks, wanted) => {
  expect(await prefixed(...chunks)).toBe(wanted);
});
