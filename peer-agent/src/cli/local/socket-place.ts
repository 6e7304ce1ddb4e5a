/** Where a running agent listens for commands of its own machine: beside its keys. */
import { createHash } from "node:crypto";
import { mkdir, stat } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { TunnelError } from "@culvert/protocol";

/** Systems hold 104 to 108 bytes of a socket's path, and the name that it is made under is longer by some. */
const pathBytesMax = 88;

/** The path of the socket, or the pipe's name on Windows. `dataFolder` need not exist. */
export function socketPathOf(dataFolder: string): string {
  const folder = resolve(dataFolder);
  const name = createHash("sha256").update(folder).digest("hex").slice(0, 16);
  if (process.platform === "win32") return `\\\\.\\pipe\\culvert-${name}`;
  const path = join(folder, "agent.sock");
  if (Buffer.byteLength(path) <= pathBytesMax) return path;
  return join(tmpdir(), `culvert-${userInfo().uid}`, `${name}.sock`);
}

/** Makes the socket's folder for this user alone. Rejects where somebody else could put a socket there. */
export async function prepareSocketFolder(socketPath: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = dirname(socketPath);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = await stat(folder);
  if (uid !== userInfo().uid) {
    const hint = "Run the agent as the user whom the folder belongs to.";
    throw new TunnelError("forbidden", `${folder} belongs to another user`, { hint });
  }
  if ((mode & 0o022) === 0) return;
  throw new TunnelError("forbidden", `${folder} may be written by others than you`, {
    hint: `Make it yours alone: chmod 700 ${folder}`,
  });
}
