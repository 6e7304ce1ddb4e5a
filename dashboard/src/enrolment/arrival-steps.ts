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
  const app = primary?.serviceName ?? "its app";
  const steps = [
    {
      isDone: server !== undefined,
      words: { done: "The machine ran the command", now: "Waiting for the machine to run it …", later: "" },
    },
    {
      isDone: isConnected,
      words: { done: "It is connected", now: "Waiting for its connection …", later: "It connects by itself" },
    },
    {
      isDone: isConnected && primary?.health === "healthy",
      words: { done: `${app} answers`, now: `Waiting for ${app} to answer …`, later: "Its app answers" },
    },
  ];
  const now = steps.findIndex(({ isDone }) => !isDone);
  return steps.map(({ words }, index) => {
    const state = now === -1 || index < now ? "done" : index === now ? "now" : "later";
    return { words: words[state], state };
  });
}
