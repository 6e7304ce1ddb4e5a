/** `culvert keys show|move`: where this machine's private keys lie. */
import { type IdentityPlace, identityPlace, loadIdentity, moveIdentity } from "../identity/index.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";

/** Says it; asks no keychain. */
export async function showKeys(dataFolder: string, output: Output): Promise<number> {
  const place = await identityPlace(dataFolder);
  const words =
    place === undefined ? "There are none yet; the first culvert connect makes them." : wordsOf(place, dataFolder);
  output.answer({ place: place ?? null }, [`${output.palette.marks.note} ${words}`]);
  return exitCodes.done;
}

/** Moves them, or makes them there. Rejects in words where the place cannot be used. */
export async function moveKeys(place: IdentityPlace, dataFolder: string, output: Output): Promise<number> {
  await moveIdentity(dataFolder, place);
  const { serverId } = await loadIdentity(dataFolder);
  output.answer({ place, serverId }, [`${output.palette.marks.ready} ${wordsOf(place, dataFolder)}`]);
  return exitCodes.done;
}

function wordsOf(place: IdentityPlace, dataFolder: string): string {
  if (place === "file") return `This machine's keys are in ${dataFolder}, yours alone.`;
  return "This machine's keys are in the system's keychain. An agent reads them at its start, while that is unlocked.";
}
