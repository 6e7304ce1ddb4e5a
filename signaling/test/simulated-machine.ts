/** A machine with an agent's keys, as signaling sees one: enrols, proves its key, tells its presence. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { type AgentPresence, agentProof, enrolmentProof, noiseKeyProof, serverIdOf } from "@culvert/protocol/signaling";
import type { Answer, Installation } from "./installation.ts";
import { SocketInbox } from "./socket-inbox.ts";

/** One web app that answers. */
export const demoPresence: AgentPresence = {
  label: "studio-mac",
  agentVersion: "0.1.0",
  platform: "linux",
  remoteAccessEnabled: true,
  primaryServiceName: "demo",
  services: [{ name: "demo", mode: "http", supportedProtocols: ["http", "websocket"], health: "healthy" }],
};

export class SimulatedMachine {
  readonly installation: Installation;
  readonly identityKey: string;
  readonly noiseKey: string;
  readonly serverId: string;
  readonly #privateKey: KeyObject;

  constructor(installation: Installation) {
    this.installation = installation;
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    this.#privateKey = privateKey;
    this.identityKey = publicKey.export({ format: "jwk" }).x ?? "";
    this.noiseKey = generateKeyPairSync("x25519").publicKey.export({ format: "jwk" }).x ?? "";
    this.serverId = serverIdOf(Buffer.from(this.identityKey, "base64url"), (data) =>
      createHash("sha256").update(data).digest(),
    );
  }

  /** Ed25519 over a text, base64url. */
  sign(text: string): string {
    return sign(null, Buffer.from(text, "utf8"), this.#privateKey).toString("base64url");
  }

  /** Redeems a code; `changes` replace fields of the request. */
  redeem(code: string, changes: Record<string, string> = {}): Promise<Answer> {
    const body = {
      code,
      label: "studio-mac",
      identityKey: this.identityKey,
      noiseKey: this.noiseKey,
      noiseKeySignature: this.sign(noiseKeyProof(this.noiseKey)),
      signature: this.sign(enrolmentProof(code, this.identityKey, this.noiseKey)),
      ...changes,
    };
    return this.installation.ask({ method: "POST", path: "/api/enrollments/redeem", body });
  }

  /** Enrols with a fresh code of the owner. */
  async enrol(): Promise<void> {
    const { code } = await this.installation.server.createEnrolmentCode();
    const answer = await this.redeem(code);
    if (answer.status !== 200) throw new Error(`Enrolling failed: ${answer.text}`);
  }

  /** Opens the agent's socket and reads the challenge's nonce. */
  async dial(): Promise<{ inbox: SocketInbox; nonce: string }> {
    const { port, host } = this.installation;
    const inbox = await SocketInbox.open(port, "/api/signaling/agent", { host });
    const challenge = await inbox.nextMessage("challenge");
    return { inbox, nonce: String(challenge.nonce) };
  }

  /** The hello that answers a nonce; `changes` replace fields. */
  hello(nonce: string, changes: Record<string, unknown> = {}): object {
    return {
      type: "hello",
      versions: { min: 1, max: 1 },
      serverId: this.serverId,
      signature: this.sign(agentProof(nonce, this.installation.host)),
      presence: demoPresence,
      ...changes,
    };
  }

  /** Connects up to the welcome. */
  async connect(presence: AgentPresence = demoPresence): Promise<SocketInbox> {
    const { inbox, nonce } = await this.dial();
    inbox.send(this.hello(nonce, { presence }));
    await inbox.nextMessage("welcome");
    return inbox;
  }
}
