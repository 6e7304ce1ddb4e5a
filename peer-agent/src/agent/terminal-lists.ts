/** Terminal sessions of every service that has some, for the desk. */
import { TunnelError } from "@culvert/protocol";
import { type DeskTerminals, terminalListSchema } from "@culvert/protocol/signaling";
import type { RunningService } from "../services/index.ts";

type ServiceTerminals = DeskTerminals["services"][number];

/** In the services' order. Never rejects: a service that fails says so in its own place. */
export async function terminalLists(services: readonly RunningService[]): Promise<DeskTerminals> {
  const listed = await Promise.all(services.map(listOf));
  return { nowMs: Date.now(), services: listed.filter((list) => list !== undefined) };
}

async function listOf({ definition, target }: RunningService): Promise<ServiceTerminals | undefined> {
  if (target.terminals === undefined) return undefined;
  const serviceName = definition.name;
  try {
    return { serviceName, fault: null, ...terminalListSchema.parse(await target.terminals()) };
  } catch (thrown) {
    // What is not ours says nothing about its inside.
    const known = thrown instanceof TunnelError ? thrown : undefined;
    const { code, message, hint } = known ?? new TunnelError("internal", "The terminals could not be listed.");
    return { serviceName, lost: null, sessions: [], fault: { code, message, hint } };
  }
}
