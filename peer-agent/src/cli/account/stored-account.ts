/** For whom the command line acts at a dashboard, and this machine's own key as a viewer: 0600 files in the data folder. */
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { TunnelError } from "@culvert/protocol";
import type { DhKeyPair } from "@culvert/protocol/seal";
import { z } from "zod";
import { readPrivateFile, writePrivateFile } from "../../identity/private-file.ts";
import { dhKeyPair } from "../../sealing/dh-key-pair.ts";

const accountSchema = z.object({ v: z.literal(1), serverUrl: z.url(), token: z.string().min(1).max(512) });
const viewerSchema = z.object({
  v: z.literal(1),
  deviceKey: z.object({ kty: z.literal("OKP"), crv: z.literal("X25519"), x: z.string(), d: z.string() }),
});

/** An access token and where it counts. */
export type Account = Pick<z.infer<typeof accountSchema>, "serverUrl" | "token">;

/** What a program without a terminal says instead of signing in. */
const tokenVariable = "CULVERT_TOKEN";
const serverVariable = "CULVERT_SERVER";

/** The account: of the environment, else the one that signed in here. Undefined where there is none. */
export async function loadAccount(dataFolder: string): Promise<Account | undefined> {
  const { [tokenVariable]: token, [serverVariable]: serverUrl } = process.env;
  const stored = await storedAccount(dataFolder);
  if (token === undefined) return stored;
  const url = serverUrl ?? stored?.serverUrl;
  if (url !== undefined) return { serverUrl: url, token };
  const hint = `Set ${serverVariable} to the dashboard's address.`;
  throw new TunnelError("unauthenticated", `${tokenVariable} is set, but not for which dashboard`, { hint });
}

export async function storeAccount(dataFolder: string, { serverUrl, token }: Account): Promise<void> {
  const text = JSON.stringify({ v: 1, serverUrl, token } satisfies z.infer<typeof accountSchema>, null, 2);
  await writePrivateFile(join(dataFolder, "account.json"), `${text}\n`);
}

/** True where there was one. */
export async function forgetAccount(dataFolder: string): Promise<boolean> {
  const was = await storedAccount(dataFolder).catch(() => true);
  await rm(join(dataFolder, "account.json"), { force: true });
  return was !== undefined;
}

/** This machine's key as a viewer, made and kept at first use: servers approve it like any other device's. */
export async function loadDeviceKey(dataFolder: string): Promise<DhKeyPair> {
  const path = join(dataFolder, "viewer.json");
  const text = await readPrivateFile(path);
  const stored = text === undefined ? newViewer() : parsed(text, path, viewerSchema);
  if (text === undefined) await writePrivateFile(path, `${JSON.stringify(stored, null, 2)}\n`);
  return dhKeyPair(createPrivateKey({ key: stored.deviceKey, format: "jwk" }));
}

async function storedAccount(dataFolder: string): Promise<Account | undefined> {
  const path = join(dataFolder, "account.json");
  const text = await readPrivateFile(path);
  return text === undefined ? undefined : parsed(text, path, accountSchema);
}

function newViewer(): z.infer<typeof viewerSchema> {
  return viewerSchema.parse({ v: 1, deviceKey: generateKeyPairSync("x25519").privateKey.export({ format: "jwk" }) });
}

function parsed<Shape>(text: string, path: string, schema: z.ZodType<Shape>): Shape {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new TunnelError("internal", `${path} is damaged`, { cause, hint: "Remove it and sign in again." });
  }
}
