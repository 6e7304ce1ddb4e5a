/**
 * States of a stream and of its two halves, each with its one transition table; SPEC.md §Stream states repeats them.
 * Invariant: a state changes only through `advance`; an input that a state does not list leaves it as it is.
 */

/** A table from state and input to the next state. */
type Transitions<State extends string, Input extends string> = Readonly<
  Record<State, Readonly<Partial<Record<Input, State>>>>
>;

/**
 * A stream as a whole. held: the peer's STREAMS does not allow it yet. opening: the peer may not know it yet.
 * resetting: our RESET is not acknowledged. finished: its id is never used again.
 */
export type StreamState = "held" | "opening" | "open" | "resetting" | "finished";
export type StreamInput =
  | "admitted"
  | "acknowledged"
  | "reset"
  | "reset-acknowledged"
  | "reset-received"
  | "halves-over";

export const streamTransitions: Transitions<StreamState, StreamInput> = {
  held: { admitted: "opening", reset: "resetting" },
  opening: { acknowledged: "open", reset: "resetting", "reset-received": "finished" },
  open: { reset: "resetting", "reset-received": "finished", "halves-over": "finished" },
  resetting: { "reset-acknowledged": "finished" },
  finished: {},
};

/** What we send. ending: END is queued. acknowledged: the peer has everything. stopped: the peer wants no more. */
export type SendState = "writing" | "ending" | "acknowledged" | "stopped" | "aborted";
export type SendInput = "end" | "all-acknowledged" | "stop-received" | "abort";

export const sendTransitions: Transitions<SendState, SendInput> = {
  writing: { end: "ending", "stop-received": "stopped", abort: "aborted" },
  ending: { "all-acknowledged": "acknowledged", "stop-received": "stopped", abort: "aborted" },
  acknowledged: {},
  stopped: {},
  aborted: {},
};

/** What we receive. received: END is in the queue. consumed: the application took END. stopping: our STOP is out. */
export type ReceiveState = "receiving" | "received" | "consumed" | "stopping" | "stopped" | "aborted";
export type ReceiveInput = "end-received" | "end-consumed" | "stop" | "stop-acknowledged" | "abort";

export const receiveTransitions: Transitions<ReceiveState, ReceiveInput> = {
  receiving: { "end-received": "received", stop: "stopping", abort: "aborted" },
  received: { "end-consumed": "consumed", stop: "stopped", abort: "aborted" },
  consumed: {},
  stopping: { "stop-acknowledged": "stopped", abort: "aborted" },
  stopped: {},
  aborted: {},
};

/** The next state by a table. */
export function advance<State extends string, Input extends string>(
  table: Transitions<State, Input>,
  state: State,
  input: Input,
): State {
  return table[state][input] ?? state;
}

/** True where nothing leads out of a state. */
export function isFinal<State extends string, Input extends string>(
  table: Transitions<State, Input>,
  state: State,
): boolean {
  return Object.keys(table[state]).length === 0;
}
