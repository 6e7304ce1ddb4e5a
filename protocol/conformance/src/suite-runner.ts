/** Runs cases one after the other and keeps what each came to. */
import { type ConformanceCase, ConformanceFailure, type Section } from "./conformance-case.ts";

/** What a case came to. `section`: the one that was broken, which may be another than the case's. */
export interface CaseResult {
  readonly id: string;
  readonly section: Section;
  readonly title: string;
  readonly outcome: "passed" | "failed" | "left-out";
  readonly message?: string;
  readonly durationMs: number;
}

export interface SuiteOptions<Stage> {
  readonly cases: readonly ConformanceCase<Stage>[];
  /** The stage for the next case. Rejects where the peer is not there. */
  stage(): Promise<Stage>;
  /** Ends what a case left; a rule that the peer broke beside the case's own. */
  sweep(stage: Stage): ConformanceFailure | undefined;
  /** The kit's app is behind the peer. */
  readonly hasApp: boolean;
  onResult(result: CaseResult): void;
}

/** Runs every case, also after failures. */
export async function runSuite<Stage>(options: SuiteOptions<Stage>): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const one of options.cases) {
    const startedMs = performance.now();
    const failure = one.needsApp === true && !options.hasApp ? "left-out" : await failureOf(one, options);
    const result = {
      ...{ id: one.id, title: one.title, durationMs: Math.round(performance.now() - startedMs) },
      section: failure instanceof ConformanceFailure ? (failure.section ?? one.section) : one.section,
      ...outcomeOf(failure),
    };
    results.push(result);
    options.onResult(result);
  }
  return results;
}

async function failureOf<Stage>(one: ConformanceCase<Stage>, options: SuiteOptions<Stage>) {
  try {
    const stage = await options.stage();
    let failure: ConformanceFailure | undefined;
    try {
      await one.run(stage);
    } catch (thrown) {
      if (!(thrown instanceof ConformanceFailure)) throw thrown;
      failure = thrown;
    }
    const beside = options.sweep(stage);
    return failure ?? beside;
  } catch (thrown) {
    if (thrown instanceof ConformanceFailure) return thrown;
    throw new Error(`the kit itself failed in ${one.id}`, { cause: thrown });
  }
}

function outcomeOf(failure: ConformanceFailure | "left-out" | undefined): Pick<CaseResult, "outcome" | "message"> {
  if (failure === undefined) return { outcome: "passed" };
  if (failure === "left-out") return { outcome: "left-out", message: "the agent serves another app than the kit's" };
  return { outcome: "failed", message: failure.message };
}
