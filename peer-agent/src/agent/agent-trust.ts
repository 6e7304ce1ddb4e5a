/** Whom an agent trusts by its own word: devices and shares, kept in its data folder or in memory. */
import { join } from "node:path";
import { DeviceList, devicesSchema, noDevices } from "../devices/index.ts";
import { fileState, memoryState } from "../identity/kept-state.ts";
import { noShares, ShareList, sharesSchema } from "../shares/index.ts";

/** The two lists. */
export interface AgentTrust {
  readonly devices: DeviceList;
  readonly shares: ShareList;
}

/** The lists of a data folder; `culvert devices` on the same folder changes them while an agent runs. */
export function loadTrust(folder: string): AgentTrust {
  return {
    devices: new DeviceList(fileState(join(folder, "devices.json"), devicesSchema, noDevices)),
    shares: new ShareList(fileState(join(folder, "shares.json"), sharesSchema, noShares)),
  };
}

/** Lists that end with the process: unlocked, no shares. */
export function forgetfulTrust(): AgentTrust {
  return { devices: new DeviceList(memoryState(noDevices)), shares: new ShareList(memoryState(noShares)) };
}
