/** Writes `vectors/session.json` anew: `node protocol/test/write-session-vectors.ts`. */
import { writeFileSync } from "node:fs";
import { recordSession } from "./session-recording.ts";

const note =
  "A whole session, message by message, with fixed keys and 10 ms from side to side: path 1 (relay) opens the tunnel, a " +
  "request is answered, path 2 (direct) is attached, a WebSocket talks, a tcp stream is reset, path 2 is lost with bytes " +
  "under way, and the viewer closes. The agent sends back what it reads. All byte strings are hexadecimal. " +
  "SPEC.md, Recorded session, says what an implementation is held to.";
const text = JSON.stringify({ note, ...(await recordSession()) }, null, 2);
writeFileSync(new URL("../vectors/session.json", import.meta.url), `${text}\n`);
