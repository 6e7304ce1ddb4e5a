/** How far a new machine has come, as steps in words. Pure. */
import type { ServerView } from "@culvert/protocol/signaling";

/** `now`: it is waited for. */
export interface ArrivalStep {
  readonly words: string;
  readonly state: "done" | "now" | "later";
}

/** The steps from the command to an app that answers; `undefined`: the machine has not used the command yet. */
export function arrivalSteps(server: ServerView | undefined): readonly ArrivalStep[] {
  const isConnected = server !== undefined && server.state !== "disconnected";
  const primary = server?.services.find(({ serviceName }) => serviceName === server.primaryService?.serviceName);
  const name = primary?.serviceName;
  const steps = [
    { words: "The machine used the command", isDone: server !== undefined },
    { words: "It is connected", isDone: isConnected },
    {
      words: name === undefined ? "Its app answers" : `${name} answers there`,
      isDone: isConnected && primary?.health === "healthy",
    },
  ];
  const now = steps.findIndex(({ isDone }) => !isDone);
  return steps.map(({ words }, index) => ({
    words,
    state: now === -1 || index < now ? "done" : index === now ? "now" : "later",
  }));
}
