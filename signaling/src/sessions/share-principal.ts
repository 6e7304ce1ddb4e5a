/** Whose app a share's origin holds: its own, so that it shares no cookie and no storage with the owner's pages. */
import { hashOf } from "../keys/index.ts";

/** A principal for `appOriginLabel`; it tells nothing of the share. */
export function sharePrincipalOf(shareId: string): string {
  return hashOf("share-origin", shareId);
}
