/** A machine that asks to be enrolled, as `culvert connect` does it, with keys of its own. */
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { request } from "node:http";
import {
  askedEnrollmentSchema,
  enrolmentRequestProof,
  fingerprintOf,
  noiseKeyProof,
  serverIdOf,
} from "@culvert/protocol/signaling";

export class SimulatedAsking {
  readonly url: string;
  readonly fingerprint: string;

  private constructor(url: string, fingerprint: string) {
    this.url = url;
    this.fingerprint = fingerprint;
  }

  /** Asks at a dashboard on this machine. */
  static async ask(dashboardOrigin: string, label: string): Promise<SimulatedAsking> {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const identityKey = publicKey.export({ format: "jwk" }).x ?? "";
    const noiseKey = generateKeyPairSync("x25519").publicKey.export({ format: "jwk" }).x ?? "";
    const signed = (text: string) => sign(null, Buffer.from(text), privateKey).toString("base64url");
    const { url } = askedEnrollmentSchema.parse(
      await post(new URL("/api/enrollments/requests", dashboardOrigin), {
        ...{ label, platform: "linux", identityKey, noiseKey, noiseKeySignature: signed(noiseKeyProof(noiseKey)) },
        signature: signed(enrolmentRequestProof(dashboardOrigin, identityKey, noiseKey)),
      }),
    );
    const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest();
    return new SimulatedAsking(url, fingerprintOf(serverIdOf(Buffer.from(identityKey, "base64url"), sha256)));
  }
}

function post(url: URL, body: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { host: url.host, "content-type": "application/json" };
    const sent = request(
      { host: "127.0.0.1", port: url.port, method: "POST", path: url.pathname, headers },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("end", () => resolve(JSON.parse(Buffer.concat(parts).toString("utf8"))));
      },
    );
    sent.on("error", reject);
    sent.end(JSON.stringify(body));
  });
}
