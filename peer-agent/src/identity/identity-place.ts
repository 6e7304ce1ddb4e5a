/**
 * Where an agent's private keys lie: in identity.json (0600), or in the system's keychain, which that file then names.
 * Invariant: the file is replaced as a whole after the new place was read back, and the old place is emptied after that: at
 * every moment the file leads to the keys.
 */
import { join } from "node:path";
import { TunnelError } from "@culvert/protocol";
import { z } from "zod";
import { agentIdentity, newStoredIdentity, type StoredIdentity, storedIdentitySchema } from "./agent-identity.ts";
import { type Keychain, systemKeychain } from "./keychain.ts";
import { readPrivateFile, writePrivateFile } from "./private-file.ts";

/** The new keys of a rotation, in a data folder, until they are in force. */
export const nextIdentityFile = "identity-next.json";

/** Where keys lie. */
export type IdentityPlace = "file" | "keychain";

/** What identity.json says where the keychain has them. `name`: theirs in it. */
const pointerSchema = z.object({ v: z.literal(1), keychain: z.object({ name: z.string().min(1).max(64) }) });
type Pointer = z.infer<typeof pointerSchema>;

/** The keys that a file leads to, with their place; made and stored in `place` where there is no file. */
export async function loadStoredIdentity(
  path: string,
  place: IdentityPlace = "file",
  keychain: Keychain = systemKeychain(),
): Promise<{ readonly stored: StoredIdentity; readonly place: IdentityPlace }> {
  const found = await readIdentityFile(path);
  if (found === undefined) {
    const stored = newStoredIdentity();
    await put(path, stored, place, keychain);
    return { stored, place };
  }
  if (!("keychain" in found)) return { stored: found, place: "file" };
  return { stored: await fromKeychain(found, keychain), place: "keychain" };
}

/** Where the keys of a folder lie; undefined where there are none yet. Asks no keychain. */
export async function identityPlace(folder: string): Promise<IdentityPlace | undefined> {
  const found = await readIdentityFile(join(folder, "identity.json"));
  if (found === undefined) return undefined;
  return "keychain" in found ? "keychain" : "file";
}

/**
 * Moves the keys of a folder, which are made there where it has none, with those of a rotation that was not finished.
 * Rejects where a place fails: the keys lie where they lay, and the same again goes on.
 */
export async function moveIdentity(
  folder: string,
  place: IdentityPlace,
  keychain: Keychain = systemKeychain(),
): Promise<void> {
  const nextPath = join(folder, nextIdentityFile);
  if ((await readIdentityFile(nextPath)) !== undefined) await bringIdentity(nextPath, place, keychain);
  await bringIdentity(join(folder, "identity.json"), place, keychain);
}

/** The keys that a file leads to, which lie in `place` from then on; made there where there is no file. */
export async function bringIdentity(path: string, place: IdentityPlace, keychain: Keychain): Promise<StoredIdentity> {
  const { stored, place: before } = await loadStoredIdentity(path, place, keychain);
  if (before === place) return stored;
  await put(path, stored, place, keychain);
  if (before === "keychain") await keychain.remove(nameOf(stored));
  return stored;
}

/** Takes keys out of the keychain that no file leads to any more. What fails leaves them there, of no use to anybody. */
export async function forgetInKeychain(stored: StoredIdentity, keychain: Keychain = systemKeychain()): Promise<void> {
  await keychain.remove(nameOf(stored)).catch(() => {});
}

async function put(path: string, stored: StoredIdentity, place: IdentityPlace, keychain: Keychain): Promise<void> {
  if (place === "file") return writeIdentityFile(path, stored);
  const name = nameOf(stored);
  await keychain.write(name, JSON.stringify(stored));
  const pointer: Pointer = { v: 1, keychain: { name } };
  await fromKeychain(pointer, keychain);
  await writeIdentityFile(path, pointer);
}

async function fromKeychain({ keychain: { name } }: Pointer, keychain: Keychain): Promise<StoredIdentity> {
  const text = await keychain.read(name);
  const hint =
    "Unlock the keychain of the user that enrolled it, or remove identity.json: it then becomes a new server.";
  if (text === undefined) throw new TunnelError("internal", `The keychain holds no keys "${name}"`, { hint });
  try {
    return storedIdentitySchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new TunnelError("internal", `The keys "${name}" in the keychain are damaged`, { cause, hint });
  }
}

async function readIdentityFile(path: string): Promise<StoredIdentity | Pointer | undefined> {
  const text = await readPrivateFile(path);
  if (text === undefined) return undefined;
  try {
    return z.union([storedIdentitySchema, pointerSchema]).parse(JSON.parse(text));
  } catch (cause) {
    const hint = "Restore it from a backup, or remove it to start anew: the machine then becomes a new server.";
    throw new TunnelError("internal", `${path} is damaged`, { cause, hint });
  }
}

function writeIdentityFile(path: string, content: StoredIdentity | Pointer): Promise<void> {
  return writePrivateFile(path, `${JSON.stringify(content, null, 2)}\n`);
}

/** Two folders of one user have different keys, and so different names. */
function nameOf(stored: StoredIdentity): string {
  return agentIdentity(stored).serverId;
}
