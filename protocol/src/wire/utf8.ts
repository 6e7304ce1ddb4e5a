/** Text ↔ UTF-8 by the encoder that every target platform brings; declared here because the core has no platform types. */
import { TunnelError } from "../errors.ts";

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label: "utf-8", options: { readonly fatal: boolean; readonly ignoreBOM: boolean });
  decode(bytes: Uint8Array): string;
}

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The UTF-8 bytes of a text; lone surrogates become U+FFFD. The caller owns them. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes, a leading U+FEFF kept. Throws TunnelError `protocol-error` (origin remote) where they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch (cause) {
    throw new TunnelError("protocol-error", `${bytes.length} bytes of text are not UTF-8`, {
      scope: "stream",
      origin: "remote",
      cause,
    });
  }
}
