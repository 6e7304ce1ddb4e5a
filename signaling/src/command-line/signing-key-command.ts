/** `culvert-signaling signing-key rotate`: another key for session tokens, which enrolled machines follow by themselves. */
import { chmodSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TunnelError } from "@culvert/protocol";
import { Command, Option } from "commander";
import { secretText } from "../config/index.ts";
import { readSigningSecret, signingKeyFile, succeedingSecret } from "../sessions/index.ts";

const variable = "CULVERT_SIGNING_KEY";

/** The command. A secret that came by a variable is printed anew and stored nowhere. */
export function signingKeyCommand(): Command {
  const signingKey = new Command("signing-key").description("looks after the key that session tokens are signed with");
  signingKey
    .command("rotate")
    .description("makes a new key; enrolled machines learn it from the old one when they connect")
    .addOption(new Option("--data <folder>", "folder of the keys").env("CULVERT_DATA").default(".culvert/signaling"))
    .action(async ({ data }: { readonly data: string }) => {
      const given = secretText(variable, process.env);
      if (given !== undefined) {
        process.stdout.write(await succeedingSecret(await readSigningSecret(given, variable), Date.now()));
        process.stderr.write(`That is the new ${variable}. Give it to every node, then restart them all.\n`);
        return;
      }
      const path = join(data, signingKeyFile);
      replaceSecret(path, await succeedingSecret(await readSigningSecret(readSecret(path), path), Date.now()));
      process.stdout.write(`${path} holds a new key. Restart the server: it signs with the old one until then.\n`);
    });
  return signingKey;
}

function readSecret(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new TunnelError("not-found", `${path} cannot be read.`, {
      cause,
      hint: `Name the folder by --data, or give the key by ${variable}.`,
    });
  }
}

/** Whole or not at all: a server that starts meanwhile finds the old key or the new one. */
function replaceSecret(path: string, secret: string): void {
  const unfinished = `${path}.${process.pid}.unfinished`;
  writeFileSync(unfinished, secret, { mode: 0o600, flush: true });
  chmodSync(unfinished, 0o600);
  renameSync(unfinished, path);
}
