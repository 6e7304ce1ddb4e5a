/** What cases about streams begin with. */
import type { Frame } from "@culvert/protocol/wire";
import { requestHead } from "../records.ts";
import type { ScriptedTunnel } from "../scripted-tunnel.ts";

/** An open http stream with its head sent and no END. */
export async function openPost(tunnel: ScriptedTunnel, path: string): Promise<number> {
  const id = tunnel.nextStreamId();
  tunnel.write(id, "http", requestHead(path, { method: "POST", hasBody: true }));
  await tunnel.until("an ACK of the opening", () => tunnel.stream(id).acknowledged > 0 || undefined);
  return id;
}

/** One STREAM frame of an http stream, whatever it says. */
export const streamFrame = (id: number, offset: number, bytes: Uint8Array, end = false): Frame => ({
  ...{ type: "stream", id, offset, kind: "http", end, bytes },
});
