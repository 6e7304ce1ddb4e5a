/** What the command writes: lines for people, or one JSON object per line. */
import type { PeerRole } from "./kit.ts";
import { tokenKey, tokenKeyId } from "./kit-keys.ts";
import type { CaseResult } from "./suite-runner.ts";

/** Where the kit listens. */
interface Addresses {
  readonly url: string;
  readonly port: number;
  readonly appPort: number | null;
}

/** Writes to standard output as things happen. */
export interface Report {
  listening(addresses: Addresses): void;
  joined(role: PeerRole, caseCount: number): void;
  result(result: CaseResult): void;
  summary(results: readonly CaseResult[]): void;
}

/** A report of either sort. */
export function createReport(isJson: boolean): Report {
  return isJson ? jsonReport() : textReport();
}

function jsonReport(): Report {
  const line = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
  const signingKey = { kid: tokenKeyId, x: tokenKey.publicKey };
  return {
    listening: (addresses) => line({ type: "listening", ...addresses, signingKey }),
    joined: (role, cases) => line({ type: "joined", role, cases }),
    result: (result) => line({ type: "case", ...result }),
    summary: (results) => line({ type: "summary", ...countsOf(results) }),
  };
}

function textReport(): Report {
  const line = (text: string): void => void process.stdout.write(`${text}\n`);
  return {
    listening({ url, port, appPort }) {
      const http = url.replace("ws:", "http:");
      line(`Listening at ${url}. Start the peer to test:`);
      const app = appPort ?? "<port of its app>";
      line(`  an agent: culvert connect ${app} --server ${http} --code any --relay full --data <fresh folder>`);
      line(`            (an agent that does not enrol pins the Ed25519 key ${tokenKey.publicKey}, kid ${tokenKeyId})`);
      line(`  a viewer: POST ${http}/api/servers/any/sessions, as docs/conformance.md says; port ${port}`);
      line("Its keys are public: never leave a peer that pins them where it can be reached.");
    },
    joined: (role, cases) => line(`\nThe ${role} is here: ${cases} cases.`),
    result({ id, outcome, section, message, title }) {
      if (outcome === "passed") line(`ok        ${id}`);
      else if (outcome === "left-out") line(`left out  ${id}: ${message}`);
      else line(`FAILED    ${id}\n          SPEC.md §${section}: ${title}\n          ${message}`);
    },
    summary(results) {
      const { passed, failed, leftOut } = countsOf(results);
      line(`\n${passed} held, ${failed} failed, ${leftOut} left out.`);
      for (const { id, section, outcome } of results) if (outcome === "failed") line(`  §${section}: ${id}`);
    },
  };
}

function countsOf(results: readonly CaseResult[]) {
  const count = (outcome: CaseResult["outcome"]): number => results.filter((one) => one.outcome === outcome).length;
  return { passed: count("passed"), failed: count("failed"), leftOut: count("left-out") };
}
