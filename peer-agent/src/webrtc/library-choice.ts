/** Which WebRTC library runs: `auto` takes the addon where this machine has one. */
import { TunnelError } from "@culvert/protocol";
import type { LibraryChoice } from "./library-choices.ts";
import { createNativeLibrary } from "./native-library.ts";
import type { WebRtcLibrary } from "./webrtc-library.ts";

/** The library for a choice. Rejects with `unsupported` where `native` was asked for and cannot be loaded. */
export async function createWebRtcLibrary(choice: LibraryChoice): Promise<WebRtcLibrary> {
  if (choice === "werift") return werift();
  try {
    return await createNativeLibrary();
  } catch (cause) {
    if (choice === "auto") return werift();
    const hint = "Use --webrtc werift, which runs everywhere.";
    throw new TunnelError("unsupported", "node-datachannel has no build for this machine", { cause, hint });
  }
}

/** Loaded when it is wanted: what it is made with puts names on the global object. */
async function werift(): Promise<WebRtcLibrary> {
  const { createWeriftLibrary } = await import("./werift-library.ts");
  return createWeriftLibrary();
}
