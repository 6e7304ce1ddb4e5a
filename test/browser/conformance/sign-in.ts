/** Somebody who answers what an app asks by HTTP (401): in the browser's own way, or in the App View's dialog. */
import { vi } from "vitest";
import type { Place } from "./place.ts";

/** What the person types; undefined = they cancel. */
export type Typed = { readonly userName: string; readonly password: string } | undefined;

/** What is done while they answer, and what they were asked: realms, in order. */
export interface Answered<Value> {
  readonly value: Value;
  readonly realms: readonly string[];
}

/** Does something during which the person is asked, and answers in turn. More questions than answers fail. */
export function answering<Value>(
  place: Place,
  answers: readonly Typed[],
  run: () => Promise<Value>,
): Promise<Answered<Value>> {
  return place.via === "direct" ? answerBrowser(place, answers, run) : answerDialogs(place, answers, run);
}

/** The browser's own question is not on the page; it comes by its debugger. */
async function answerBrowser<Value>(
  { context, page }: Place,
  answers: readonly Typed[],
  run: () => Promise<Value>,
): Promise<Answered<Value>> {
  const left = [...answers];
  const realms: string[] = [];
  const debug = await context.newCDPSession(page);
  debug.on("Fetch.requestPaused", ({ requestId }) => void debug.send("Fetch.continueRequest", { requestId }));
  debug.on("Fetch.authRequired", ({ requestId, authChallenge }) => {
    realms.push(authChallenge.realm);
    const typed = left.shift();
    const authChallengeResponse =
      typed === undefined
        ? { response: "CancelAuth" as const }
        : { response: "ProvideCredentials" as const, username: typed.userName, password: typed.password };
    void debug.send("Fetch.continueWithAuth", { requestId, authChallengeResponse });
  });
  await debug.send("Fetch.enable", { handleAuthRequests: true });
  try {
    return { value: await run(), realms };
  } finally {
    await debug.detach();
  }
}

async function answerDialogs<Value>(
  { page }: Place,
  answers: readonly Typed[],
  run: () => Promise<Value>,
): Promise<Answered<Value>> {
  const realms: string[] = [];
  const value = run();
  value.catch(() => undefined);
  const dialog = page.getByRole("dialog", { name: /^Sign in to / });
  for (const [index, typed] of answers.entries()) {
    // A second question of the same realm says what was wrong with the first answer.
    const isRejected = index > 0 && answers[index - 1] !== undefined;
    if (isRejected) await dialog.getByRole("alert").getByText("did not accept").waitFor();
    else await dialog.waitFor();
    realms.push(await dialog.locator("q").innerText());
    if (typed === undefined) await dialog.getByRole("button", { name: "Cancel" }).last().click();
    else {
      await dialog.getByLabel("User name").fill(typed.userName);
      await dialog.getByLabel("Password", { exact: true }).fill(typed.password);
      await dialog.getByRole("button", { name: "Sign in" }).click();
    }
  }
  const outcome = await value;
  await vi.waitUntil(async () => (await dialog.count()) === 0);
  return { value: outcome, realms };
}
