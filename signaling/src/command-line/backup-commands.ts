/** `culvert-signaling backup <file>` and `restore <file>`, for the folder's own store and for PostgreSQL. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { TunnelError } from "@culvert/protocol";
import { Command, Option } from "commander";
import { backUp, keysOf, restore } from "../backup/index.ts";
import { secretText } from "../config/index.ts";
import { readOrCreateSecret } from "../keys/index.ts";
import { openStore } from "../store/index.ts";
import { openReader } from "./open-reader.ts";

interface Flags {
  readonly data: string;
}

const dataOption = () =>
  new Option("--data <folder>", "folder of the store and the keys").env("CULVERT_DATA").default(".culvert/signaling");

/** Takes a backup, also while a server runs. */
export function backupCommand(): Command {
  return new Command("backup")
    .description("writes all of the store into a file, also while a server runs")
    .argument("<file>", "where to")
    .addOption(dataOption())
    .option("--with-keys", "put the token-signing key and the cookie secret in", false)
    .action(async (path: string, { data, withKeys }: Flags & { readonly withKeys: boolean }) => {
      if (existsSync(path)) {
        throw new TunnelError("policy", `${path} is there already.`, { hint: "Choose another name, or remove it." });
      }
      const given = {
        signingKey: secretText("CULVERT_SIGNING_KEY", process.env),
        cookieSecret: secretText("CULVERT_COOKIE_SECRET", process.env),
      };
      const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const keys = withKeys ? keysOf(data, known) : undefined;
      const store = openReader(data);
      try {
        const rows = await backUp({ store, path, keys, nowMs: Date.now() });
        process.stdout.write(`${rows} rows are in ${path}.\n${withKeys ? keysInside : keysApart(data)}\n`);
      } finally {
        await store.close();
      }
    });
}

/** Puts a backup into an empty store, or in the place of what is there. */
export function restoreCommand(): Command {
  return new Command("restore")
    .description("fills an empty store from a backup; no server may use it")
    .argument("<file>", "a backup")
    .addOption(dataOption())
    .option("--replace", "lose what the store holds", false)
    .action(async (path: string, { data, replace }: Flags & { readonly replace: boolean }) => {
      if (!existsSync(path)) throw new TunnelError("not-found", `There is no file ${path}.`);
      const store = await openStore(data, secretText("CULVERT_DATABASE_URL", process.env));
      try {
        const { rows, createdAt, keys } = await restore({ store, path, replace });
        const hasKey = keys !== undefined && (await writeKeys(data, keys, replace));
        const taken = new Date(createdAt).toISOString();
        const words = hasKey || existsSync(join(data, "signing-key.json")) ? "" : `${keysMissing(data)}\n`;
        process.stdout.write(`${rows} rows of ${taken} are restored.\n${words}`);
      } finally {
        await store.close();
      }
    });
}

async function writeKeys(
  data: string,
  { signingKey, cookieSecret }: { readonly signingKey: string; readonly cookieSecret: string },
  replace: boolean,
): Promise<true> {
  for (const [name, secret] of [
    ["signing-key.json", signingKey],
    ["cookie-secret", cookieSecret],
  ] as const) {
    const path = join(data, name);
    if (replace) rmSync(path, { force: true });
    await readOrCreateSecret(path, () => secret);
  }
  return true;
}

const keysInside = "It holds the token-signing key: whoever reads it can sign tokens for your machines.";

function keysApart(data: string): string {
  return `The keys are not in it. Keep signing-key.json and cookie-secret of ${data} apart: machines trust no other key.`;
}

function keysMissing(data: string): string {
  return `The backup holds no keys. Before the first start, put signing-key.json and cookie-secret into ${data};\nwithout them everybody signs in again and every machine is enrolled again.`;
}
