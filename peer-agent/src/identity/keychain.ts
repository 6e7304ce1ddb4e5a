/** The system's keychain: macOS Keychain, Windows Credential Manager, the Secret Service of a Linux desktop. */
import { TunnelError } from "@culvert/protocol";

/** Where secrets may lie. Each call may ask the person at the machine, and rejects in words where there is no keychain. */
export interface Keychain {
  /** Undefined where it holds none of that name. */
  read(name: string): Promise<string | undefined>;
  write(name: string, secret: string): Promise<void>;
  /** Does nothing where it holds none of that name. */
  remove(name: string): Promise<void>;
}

/** What stands beside each name in the keychain's own window. */
const serviceName = "Culvert agent";
/** A person may have to type the keychain's password first. */
const waitMs = 120_000;

/** This machine's. The library is loaded at the first call; an installation without it has no keychain. */
export function systemKeychain(): Keychain {
  return {
    read: (name) => asked(async (entry) => (await entry(name).getPassword(AbortSignal.timeout(waitMs))) ?? undefined),
    write: (name, secret) => asked((entry) => entry(name).setPassword(secret, AbortSignal.timeout(waitMs))),
    remove: (name) => asked(async (entry) => void (await entry(name).deletePassword(AbortSignal.timeout(waitMs)))),
  };
}

type Entry = import("@napi-rs/keyring").AsyncEntry;

async function asked<Result>(ask: (entry: (name: string) => Entry) => Promise<Result>): Promise<Result> {
  try {
    const { AsyncEntry } = await import("@napi-rs/keyring");
    // Linux's other store, in the kernel, forgets at a restart: keys in it would be lost.
    return await ask((name) => new AsyncEntry(serviceName, name, { linux: { store: "secret-service" } }));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.slice(0, 200) : String(cause);
    throw new TunnelError("unsupported", `The system's keychain cannot be used: ${why}`, {
      cause,
      hint: "On Linux it needs a desktop session with a Secret Service, unlocked. Keys in files need none.",
    });
  }
}
