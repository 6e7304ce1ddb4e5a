/** How commands end; a process exits with the number. docs/cli.md repeats the table. */

export const exitCodes = {
  /** Done, or stopped as asked for. */
  done: 0,
  /** It failed, or was used wrongly; the last line says why and what to do. */
  failed: 1,
  /** The dashboard's server turned the agent away for good: it was removed, replaced, or is too old. */
  turnedAway: 2,
  /** No agent runs on this data folder. */
  notRunning: 3,
  /** The command acts for an account, and nobody is signed in. */
  signInNeeded: 4,
} as const;

/** Meanings in the order of the numbers, for help and docs. */
export const exitCodeWords: readonly (readonly [number, string])[] = [
  [exitCodes.done, "done, or stopped as asked for"],
  [exitCodes.failed, "it failed or was used wrongly; the last line says why and what to do"],
  [exitCodes.turnedAway, "the dashboard's server turned this machine away for good"],
  [exitCodes.notRunning, "no agent runs on this data folder"],
  [exitCodes.signInNeeded, "nobody is signed in: culvert sign-in"],
];
