export * from "./conformance-case.ts";
export * from "./kit.ts";
export type { CaseResult } from "./suite-runner.ts";
