/** Machines of a load test: keys that any process derives again from a number, as their agents would hold them. */
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { type AgentPresence, agentProof, serverIdOf } from "@culvert/protocol/signaling";

/** RFC 8410 §7: a PKCS#8 Ed25519 key up to its 32 bytes. */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

export interface BenchMachine {
  readonly identityKey: string;
  readonly serverId: string;
  sign(text: string): string;
}

/** The machine of a number. */
export function benchMachine(number: number): BenchMachine {
  const seed = createHash("sha256").update(`culvert-bench-machine-${number}`).digest();
  const key = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: "der", type: "pkcs8" });
  const identityKey = createPublicKey(key).export({ format: "jwk" }).x ?? "";
  const hash = (data: Uint8Array) => createHash("sha256").update(data).digest();
  return {
    identityKey,
    serverId: serverIdOf(Buffer.from(identityKey, "base64url"), hash),
    sign: (text) => sign(null, Buffer.from(text, "utf8"), key).toString("base64url"),
  };
}

/** What such a machine tells of itself; `label` is what a presence test changes. */
export function benchPresence(label: string): AgentPresence {
  return {
    ...{ label, agentVersion: "0.1.0", platform: "linux", remoteAccessEnabled: true, primaryServiceName: "app" },
    services: [{ name: "app", mode: "http", supportedProtocols: ["http", "websocket"], health: "healthy" }],
  };
}

/** The hello that answers a nonce. */
export function benchHello(machine: BenchMachine, nonce: string, host: string, label: string): object {
  return {
    type: "hello",
    versions: { min: 1, max: 1 },
    serverId: machine.serverId,
    signature: machine.sign(agentProof(nonce, host)),
    presence: benchPresence(label),
  };
}
