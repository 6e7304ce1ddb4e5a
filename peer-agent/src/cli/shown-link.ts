/** A link on a terminal: with a QR code for a phone, and the fingerprint that its reader compares. */
import { fingerprintOf } from "@culvert/protocol/signaling";
import { renderUnicodeCompact } from "uqr";
import type { Output } from "./output.ts";

/** Writes it. `serverId`: this machine's name, of which the fingerprint is made. */
export function showLink(output: Output, words: string, url: string, serverId: string): void {
  const code = renderUnicodeCompact(url, { ecc: "L", border: 1 }).split("\n");
  output.link({ words, url, lines: [...code, `Fingerprint: ${fingerprintOf(serverId)}`] });
}
