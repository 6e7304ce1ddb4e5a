/** Where opening can be made to fail: a signaling server with a simulated machine, and an agent's own decisions. */
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { codes } from "@culvert/protocol";
import type { AdmissionRequest } from "@culvert/protocol/endpoint";
import type { AgentPresence, ServicePolicy } from "@culvert/protocol/signaling";
import { SignJWT } from "jose";
import { SigningKeyPins, TunnelAdmission } from "../../peer-agent/src/admission/index.ts";
import { deviceKeyThumbprint } from "../../peer-agent/src/admission/session-token.ts";
import { forgetfulTrust } from "../../peer-agent/src/agent/agent-trust.ts";
import { refusalOf } from "../../peer-agent/src/policy/index.ts";
import { Installation } from "../../signaling/test/installation.ts";
import { demoPresence, SimulatedMachine } from "../../signaling/test/simulated-machine.ts";
import { askForSession } from "../../signaling/test/viewer.ts";

/** A failing answer, as an API client or the page has it. */
export interface Failed {
  readonly status: number;
  readonly json: unknown;
}

/** What a row of the table plays on. Quotas: one server, two sessions. */
export interface FailureStage {
  readonly installation: Installation;
  readonly machine: SimulatedMachine;
  anotherMachine(): SimulatedMachine;
  passMs(durationMs: number): void;
  /** Enrols and connects the machine. */
  connect(changes: Partial<AgentPresence>): Promise<void>;
  /** Asks for a session as the dashboard does. */
  open(): Promise<Failed>;
  /** What the agent says to a request under a policy. */
  askWithin(policy: ServicePolicy, path: string): Promise<Failed>;
  /** Writes versions into the store that no agent of today tells. */
  pretendVersions(versions: { readonly min: number; readonly max: number }): void;
}

/** Sets the stage, plays, clears it. */
export async function onFailureStage(play: (stage: FailureStage) => Promise<Failed>) {
  let nowMs = Date.now();
  const quotas = { serversPerAccount: 1, sessionsPerAccount: 2 };
  const installation = await Installation.start({ quotas }, () => nowMs);
  try {
    await installation.signIn();
    const machine = new SimulatedMachine(installation);
    const { status, json } = await play({
      installation,
      machine,
      anotherMachine: () => new SimulatedMachine(installation),
      passMs: (durationMs) => {
        nowMs += durationMs;
      },
      connect: async (changes) => {
        await machine.enrol();
        await machine.connect({ ...demoPresence, ...changes });
      },
      open: () => askForSession(installation, machine.serverId),
      askWithin: async (policy, path) => failed(refusalOf(policy, "GET", path)),
      pretendVersions: ({ min, max }) => {
        const database = new DatabaseSync(join(installation.folder, "data", "culvert.db"));
        database.exec(`update servers set min_version = ${min}, max_version = ${max}`);
        database.close();
      },
    });
    return { status, json, read: await asRead(status, json) };
  } finally {
    await installation.end();
  }
}

/** The dashboard is compiled for browsers, so its pure parts are loaded and not imported. */
const dashboard = new URL("../../dashboard/src/", import.meta.url);

/** What a person reads of a failing answer, by the dashboard's own code. */
async function asRead(status: number, json: unknown): Promise<unknown> {
  const { faultOf } = (await import(new URL("api/api-request.ts", dashboard).href)) as {
    faultOf(status: number, body: unknown): unknown;
  };
  const { troubleFrom } = (await import(new URL("words/trouble.ts", dashboard).href)) as {
    troubleFrom(thrown: unknown): unknown;
  };
  return troubleFrom(faultOf(status, json));
}

/** What the agent's door says to a token; `claims` replace those of a good one, times in seconds from now. */
export async function failureOfAgent(
  _stage: FailureStage,
  { claims = {}, shownBefore = false }: { readonly claims?: object; readonly shownBefore?: boolean },
): Promise<Failed> {
  const nowMs = Date.now();
  const seconds = Math.floor(nowMs / 1000);
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const x = publicKey.export({ format: "jwk" }).x ?? "";
  const door = new TunnelAdmission({
    pins: new SigningKeyPins([{ kid: "k", kty: "OKP", crv: "Ed25519", x }]),
    ...forgetfulTrust(),
    serverNowMs: () => nowMs,
  });
  const request: Omit<AdmissionRequest, "token" | "tunnelId"> = {
    ...{ sessionId: "c".repeat(26), serverId: "a".repeat(26), serviceId: "b".repeat(26), relayPolicy: "full" },
    deviceKey: new Uint8Array(32).fill(7),
  };
  const cnf = { jkt: deviceKeyThumbprint(request.deviceKey) };
  const good = {
    iss: "x",
    aud: request.serverId,
    sub: "me",
    sid: request.sessionId,
    svc: request.serviceId,
    jti: "1",
    cnf,
  };
  const times = { iat: 0, exp: 60, sexp: 3_600, ...claims };
  const absolute = { iat: seconds + times.iat, exp: seconds + times.exp, sexp: seconds + times.sexp };
  const token = await new SignJWT({ ...good, ...claims, ...absolute })
    .setProtectedHeader({ alg: "EdDSA", kid: "k", typ: "culvert-session+jwt" })
    .sign(privateKey);
  if (shownBefore) await door.admit({ ...request, token, tunnelId: new Uint8Array(16).fill(1) });
  const decision = await door.admit({ ...request, token, tunnelId: new Uint8Array(16) });
  return failed(decision.type === "refused" ? decision : undefined);
}

/** A decision of the agent in the shape that the page shows it in: its code's own status. */
function failed(
  refusal: { readonly code: keyof typeof codes; readonly message: string; readonly hint: string } | undefined,
): Failed {
  if (refusal === undefined) throw new Error("it was allowed");
  const { code, message, hint } = refusal;
  return { status: codes[code].httpStatus, json: { error: { code, message, hint } } };
}
