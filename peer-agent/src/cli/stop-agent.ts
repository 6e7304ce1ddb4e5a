/** The end of an agent that a person or the system stops: what is under way finishes, or is cut after a while, and says so. */
import type { Agent } from "../agent/agent-api.ts";
import type { Mark } from "./event-lines.ts";
import { counted, spokenDuration } from "./spoken.ts";

/** Stops it. `graceMs` is for streams that are under way; without any it ends at once. Never rejects for a stream's sake. */
export async function stopAgent(
  agent: Pick<Agent, "streams" | "stop">,
  graceMs: number,
  tell: (text: string, mark: Mark, fields: { readonly streams: number; readonly graceMs: number }) => void,
): Promise<void> {
  const { streams } = agent;
  if (streams > 0 && graceMs > 0) {
    const words = `${counted(streams, "stream")} may finish, for ${spokenDuration(graceMs)} at most.`;
    tell(`${words} Stop it again to end at once.`, "connecting", { streams, graceMs });
  }
  await agent.stop(graceMs);
}
