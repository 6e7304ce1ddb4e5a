/** Starts the agent that lives behind an impaired link, as deploy/local/programs.ts starts the one that does not. */
import { fileURLToPath } from "node:url";
import { Program } from "../../deploy/local/program.ts";
import type { AgentOptions } from "../../deploy/local/programs.ts";

/** An agent that is not online by then has a fault. */
const readyMs = 60_000;

/** Starts it and waits until it is online. `linkUrl`: `Link.url`. */
export async function startImpairedAgent(
  options: AgentOptions & { readonly label: string; readonly linkUrl: string },
): Promise<{ readonly program: Program }> {
  const { dataFolder, dashboardOrigin, enrolmentCode, label, appPort, serviceName, webrtc, linkUrl, relayPolicy } =
    options;
  const program = new Program({
    name: "agent",
    args: [
      fileURLToPath(new URL("impaired-agent.ts", import.meta.url)),
      ...["--port", String(appPort), "--server", dashboardOrigin, "--data", dataFolder],
      ...["--label", label, "--name", serviceName, "--webrtc", webrtc, "--link", linkUrl],
      ...(enrolmentCode === undefined ? [] : ["--code", enrolmentCode]),
      ...(relayPolicy === undefined ? [] : ["--policy", relayPolicy]),
      ...(options.words ?? []),
    ],
  });
  options.onProgram?.(program);
  try {
    const isOnline = (line: string) => (line === `${label} is online.` ? true : undefined);
    await program.find(isOnline, AbortSignal.timeout(readyMs));
    return { program };
  } catch (error) {
    await program.stop();
    throw error;
  }
}
