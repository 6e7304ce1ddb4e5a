/** Calls of the page to its agent. Each rejects with a CallFailure in words. */
import { failureSchema, type SessionList, sessionListSchema } from "../link/session-words.ts";

/** Why a call failed, and what to do. */
export class CallFailure extends Error {
  readonly status: number;
  readonly hint: string;

  constructor(message: string, hint: string, status: number) {
    super(message);
    this.hint = hint;
    this.status = status;
  }
}

export async function listSessions(signal?: AbortSignal): Promise<SessionList> {
  const answer = await call("/api/sessions", signal === undefined ? {} : { signal });
  return sessionListSchema.parse(await answer.json());
}

export async function startSession(wish: {
  readonly workspace: string;
  readonly slot?: string | undefined;
  readonly folder?: string | undefined;
}): Promise<void> {
  await call("/api/sessions", { method: "POST", body: JSON.stringify(wish) });
}

export async function endSession(id: string): Promise<void> {
  await call(`/api/sessions/${id}`, { method: "DELETE" });
}

export async function forgetSession(id: string): Promise<void> {
  await call(`/api/sessions/${id}?forget`, { method: "DELETE" });
}

/** True where this page may type; false on a share that is for reading. */
export async function mayType(): Promise<boolean> {
  try {
    await call("/api/typing", { method: "POST" });
    return true;
  } catch (thrown) {
    if (thrown instanceof CallFailure && thrown.status === 403) return false;
    throw thrown;
  }
}

/** One answer that is no failure. */
export async function call(path: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, init);
  } catch (thrown) {
    if (init.signal?.aborted === true) throw thrown;
    throw new CallFailure("The machine cannot be reached.", "The page tries again by itself.", 0);
  }
  if (answer.ok) return answer;
  const parsed = failureSchema.safeParse(await answer.json().catch(() => undefined));
  if (parsed.success) throw new CallFailure(parsed.data.error.message, parsed.data.error.hint, answer.status);
  if (answer.status === 403) throw new CallFailure("This share is for reading.", "Ask the owner for another.", 403);
  throw new CallFailure(`The machine answered ${answer.status}.`, "The page tries again by itself.", answer.status);
}
