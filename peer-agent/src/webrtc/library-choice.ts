/** Which WebRTC library runs: `auto` takes the addon where this machine has one. */
import { TunnelError } from "@culvert/protocol";
import { createNativeLibrary } from "./native-library.ts";
import type { WebRtcLibrary } from "./webrtc-library.ts";
import { createWeriftLibrary } from "./werift-library.ts";

export const libraryChoices = ["auto", "werift", "native"] as const;
export type LibraryChoice = (typeof libraryChoices)[number];

/** The library for a choice. Rejects with `unsupported` where `native` was asked for and cannot be loaded. */
export async function createWebRtcLibrary(choice: LibraryChoice): Promise<WebRtcLibrary> {
  if (choice === "werift") return createWeriftLibrary();
  try {
    return await createNativeLibrary();
  } catch (cause) {
    if (choice === "auto") return createWeriftLibrary();
    const hint = "Use --webrtc werift, which runs everywhere.";
    throw new TunnelError("unsupported", "node-datachannel has no build for this machine", { cause, hint });
  }
}
