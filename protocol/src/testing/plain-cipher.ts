/** Seals that hide nothing, for tests of what lies above sealing; they cost the tag's bytes as real ones do. */
import { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { MessageOpener, MessageSealer } from "../seal/message-cipher.ts";

/** Both halves of a cipher that adds zero bytes for a tag and refuses a message whose tag is not zero. */
export const plainCipher: { readonly sealer: MessageSealer; readonly opener: MessageOpener } = {
  sealer: {
    seal: (plaintext) => {
      const sealed = new Uint8Array(plaintext.length + limits.tagBytes);
      sealed.set(plaintext);
      return sealed;
    },
  },
  opener: {
    open: (sealed) => {
      const end = sealed.length - limits.tagBytes;
      if (end < 0 || sealed.subarray(end).some((byte) => byte !== 0)) {
        throw new TunnelError("path-failed", "the message does not authenticate", { scope: "path", origin: "remote" });
      }
      return sealed.subarray(0, end);
    },
  },
};
