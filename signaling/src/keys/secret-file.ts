/**
 * Secrets of this installation: files of mode 0600 in the data folder, outside the store and its backups.
 * Invariant: a secret is made once and never overwritten; a file that others may read is refused.
 */
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { TunnelError } from "@culvert/protocol";

/** The file's text; made from `create` where there is no file yet. Throws `policy` where others may read it. */
export async function readOrCreateSecret(path: string, create: () => string | Promise<string>): Promise<string> {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) {
    const secret = await create();
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, secret, { mode: 0o600, flag: "wx", flush: true });
    // The umask may have taken bits from the mode given at creation, but never adds any.
    chmodSync(path, 0o600);
    return secret;
  }
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new TunnelError("policy", `${path} may be read by others (mode ${(mode & 0o777).toString(8)}).`, {
      hint: `Close it: chmod 600 ${path}`,
    });
  }
  return readFileSync(path, "utf8");
}
