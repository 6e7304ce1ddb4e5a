/** What an agent keeps between runs: its keys and, once enrolled, the control plane that it belongs to. */
import { join } from "node:path";
import { TunnelError } from "@culvert/protocol";
import { redeemedEnrollmentSchema, signingKeySchema } from "@culvert/protocol/signaling";
import { z } from "zod";
import { type AgentIdentity, agentIdentity } from "./agent-identity.ts";
import { loadStoredIdentity } from "./identity-place.ts";
import { readPrivateFile, writePrivateFile } from "./private-file.ts";

/**
 * The control plane that owns this agent, and the keys that it signs session tokens with, pinned at enrolment. `endsAtMs`: a key
 * that was followed by another.
 */
export const enrolmentSchema = redeemedEnrollmentSchema.extend({
  signingKeys: z.array(signingKeySchema.extend({ endsAtMs: z.number().optional() })),
  v: z.literal(1),
  serverUrl: z.url(),
  label: z.string().min(1).max(64),
});
export type Enrolment = z.infer<typeof enrolmentSchema>;

/** The agent's keys, wherever they lie; makes and stores them on the first run. */
export async function loadIdentity(folder: string): Promise<AgentIdentity> {
  return agentIdentity((await loadStoredIdentity(join(folder, "identity.json"))).stored);
}

/** The enrolment, or undefined where this machine was never enrolled. */
export async function loadEnrolment(folder: string): Promise<Enrolment | undefined> {
  const path = join(folder, "enrolment.json");
  const text = await readPrivateFile(path);
  return text === undefined ? undefined : parse(text, path, enrolmentSchema);
}

/** Keeps an enrolment, in place of any older one. */
export async function storeEnrolment(folder: string, enrolment: Enrolment): Promise<void> {
  await writePrivateFile(join(folder, "enrolment.json"), `${JSON.stringify(enrolment, null, 2)}\n`);
}

/**
 * Keeps the keys that an enrolment's signing keys were followed by. A fault costs nothing: the control plane tells them again
 * at the next connection.
 */
export async function keepSigningKeys(folder: string, signingKeys: Enrolment["signingKeys"]): Promise<void> {
  try {
    const enrolment = await loadEnrolment(folder);
    if (enrolment !== undefined) await storeEnrolment(folder, { ...enrolment, signingKeys });
  } catch {
    // Said at the next start, which reads the same file.
  }
}

function parse<Shape>(text: string, path: string, schema: z.ZodType<Shape>): Shape {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const hint = "Restore it from a backup, or remove it to start anew: the machine then becomes a new server.";
    throw new TunnelError("internal", `${path} is damaged`, { cause, hint });
  }
}
