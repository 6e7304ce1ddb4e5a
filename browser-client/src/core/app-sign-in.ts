/**
 * Signing in to an app that asks by HTTP (401). No browser asks for the answer of a service worker, so the App View page does.
 * Invariant: a realm is asked for once at a time, however many requests wait for it, and no longer than one of them waits.
 */
import type { Clock } from "@culvert/protocol/endpoint";
import type { AppSignInQuestion, SignInAnswer } from "../app-view-api.ts";
import { authChallenges } from "./auth-challenges.ts";
import { basicAuthorization, ProtectionSpaces } from "./protection-spaces.ts";

/** Below the 280 s after which an answer without a head is given up. */
const patienceMs = 240_000;
/** As much of a realm as a person reads. */
const realmLength = 128;

/** What the page and the person are told. */
export interface AppSignInOptions {
  readonly clock: Clock;
  /** The questions that are open now, oldest first. */
  onQuestions(questions: readonly AppSignInQuestion[]): void;
  /** The app asks by schemes that nobody can be asked for here. */
  onUnsupported(schemes: string): void;
}

/** A refused request. `tried`: the Authorization that it was sent with. */
export interface Refusal {
  readonly path: string;
  readonly challenges: readonly string[];
  readonly tried: string | undefined;
}

interface Prompt {
  readonly question: AppSignInQuestion;
  readonly answered: PromiseWithResolvers<string | undefined>;
  waiting: number;
}

export class AppSignIn {
  readonly #options: AppSignInOptions;
  readonly #spaces = new ProtectionSpaces();
  readonly #prompts = new Map<string, Prompt>();
  #lastId = 0;

  constructor(options: AppSignInOptions) {
    this.#options = options;
  }

  /** Value of Authorization for a request that did not set its own; undefined where none is known. */
  authorizationFor(path: string): string | undefined {
    return this.#spaces.authorizationFor(path);
  }

  /** With what to ask again; undefined where the refusal stands. `signal`: nobody waits for it any more. */
  async afterRefusal({ path, challenges, tried }: Refusal, signal: AbortSignal): Promise<string | undefined> {
    const given = authChallenges(challenges);
    const basic = given.find(({ scheme }) => scheme === "basic");
    if (basic === undefined) {
      if (given.length > 0) this.#options.onUnsupported(given.map(({ scheme }) => scheme).join(", "));
      return undefined;
    }
    const { realm } = basic;
    if (tried !== undefined) this.#spaces.forget(realm, tried);
    const known = this.#spaces.ofRealm(realm, path);
    if (known !== undefined) return known;
    const authorization = await this.#ask(realm, tried !== undefined, signal);
    if (authorization !== undefined) this.#spaces.keep(realm, path, authorization);
    return authorization;
  }

  /** The person answered, or would not. */
  answer(questionId: number, answer: SignInAnswer | undefined): void {
    const found = [...this.#prompts].find(([, { question }]) => question.questionId === questionId);
    if (found === undefined) return;
    const [realm, { answered }] = found;
    this.#close(realm);
    answered.resolve(answer && basicAuthorization(answer.userName, answer.password));
  }

  /** Forgets what anybody signed in with. */
  clear(): void {
    this.#spaces.clear();
  }

  async #ask(realm: string, isRejected: boolean, signal: AbortSignal): Promise<string | undefined> {
    const prompt = this.#prompts.get(realm) ?? this.#open(realm, isRejected);
    prompt.waiting += 1;
    const given = Promise.withResolvers<undefined>();
    const leave = () => given.resolve(undefined);
    signal.addEventListener("abort", leave);
    const cancelTimer = this.#options.clock.setTimer(patienceMs, leave);
    const answer = await Promise.race([prompt.answered.promise, given.promise]);
    cancelTimer();
    signal.removeEventListener("abort", leave);
    prompt.waiting -= 1;
    if (prompt.waiting === 0 && this.#prompts.get(realm) === prompt) this.#close(realm);
    return answer;
  }

  #open(realm: string, isRejected: boolean): Prompt {
    this.#lastId += 1;
    const question = { questionId: this.#lastId, realm: realm.slice(0, realmLength), isRejected };
    const prompt = { question, answered: Promise.withResolvers<string | undefined>(), waiting: 0 };
    this.#prompts.set(realm, prompt);
    this.#tell();
    return prompt;
  }

  #close(realm: string): void {
    this.#prompts.delete(realm);
    this.#tell();
  }

  #tell(): void {
    this.#options.onQuestions([...this.#prompts.values()].map(({ question }) => question));
  }
}
