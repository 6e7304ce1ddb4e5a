/**
 * Secrets of this installation: files of mode 0600 in the data folder, outside the store and its backups.
 * Invariant: a secret is made once, whole or not at all, and never overwritten; a file that others may read, or that is
 * empty, is refused: an empty secret would be one that everybody knows.
 */
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { TunnelError } from "@culvert/protocol";

/** The file's text; made from `create` where there is no file yet. Throws `policy` where others may read it, `internal` where it is empty. */
export async function readOrCreateSecret(path: string, create: () => string | Promise<string>): Promise<string> {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) {
    const secret = await create();
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return writeOnce(path, secret);
  }
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new TunnelError("policy", `${path} may be read by others (mode ${(mode & 0o777).toString(8)}).`, {
      hint: `Close it: chmod 600 ${path}`,
    });
  }
  const secret = readFileSync(path, "utf8");
  if (secret.trim() === "") {
    throw new TunnelError("internal", `${path} is empty.`, {
      hint: "Bring it back from a backup, or remove it to have a new one made.",
    });
  }
  return secret;
}

/** Writes a secret where there is none; gives the one that is there where another process was quicker. */
function writeOnce(path: string, secret: string): string {
  const unfinished = `${path}.${process.pid}.unfinished`;
  writeFileSync(unfinished, secret, { mode: 0o600, flush: true });
  // The mode above counts at creation alone, and the umask may have taken bits from it.
  chmodSync(unfinished, 0o600);
  try {
    linkSync(unfinished, path);
    return secret;
  } catch (thrown) {
    if (existsSync(path)) return readFileSync(path, "utf8");
    if (!existsSync(unfinished)) throw thrown;
    // A file system without links: whoever is quicker is not told from whoever is slower there.
    copyFileSync(unfinished, path, constants.COPYFILE_EXCL);
    chmodSync(path, 0o600);
    return secret;
  } finally {
    removeUnfinished(path);
  }
}

/** Whatever a start that was cut short has left. A process that is at it now finds the secret of this one. */
function removeUnfinished(path: string): void {
  const left = (name: string) => name.startsWith(basename(path)) && name.endsWith(".unfinished");
  for (const name of readdirSync(dirname(path)).filter(left)) rmSync(join(dirname(path), name), { force: true });
}
