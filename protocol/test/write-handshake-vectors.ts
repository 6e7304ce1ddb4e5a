/** Writes `vectors/handshakes.json` anew: `node protocol/test/write-handshake-vectors.ts`. */
import { writeFileSync } from "node:fs";
import { runTranscript } from "./handshake-transcript.ts";

const note =
  "A viewer opens a tunnel over path 1, attaches path 2, and is refused another one. All byte strings are hexadecimal; " +
  "layouts, prologues and payloads stand in SPEC.md, Handshakes. Msgpack maps may be written in other orders and widths.";
const text = JSON.stringify({ note, ...(await runTranscript()) }, null, 2);
writeFileSync(new URL("../vectors/handshakes.json", import.meta.url), `${text}\n`);
