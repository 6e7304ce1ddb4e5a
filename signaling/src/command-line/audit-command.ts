/** `culvert-signaling audit verify`: checks the hash chains of a store, also while a server uses it. */
import type { AuditVerification } from "@culvert/protocol/signaling";
import { Command, Option } from "commander";
import { auditedAccounts, verifyChain } from "../audit/index.ts";
import type { Store } from "../store/index.ts";
import { openReader } from "./open-reader.ts";

interface Flags {
  readonly data: string;
  readonly json: boolean;
}

/** What was found of one account. */
type Finding = AuditVerification & { readonly accountId: string };

/** The command; exits with 1 where a chain is broken. */
export function auditCommand(): Command {
  const audit = new Command("audit").description("looks after the audit log");
  audit
    .command("verify")
    .description("checks that no event of the audit log was changed or removed")
    .addOption(new Option("--data <folder>", "folder of the store").env("CULVERT_DATA").default(".culvert/signaling"))
    .addOption(new Option("--json", "print what is found as one line of JSON for each account").default(false))
    .action(async ({ data, json }: Flags) => {
      const findings = await verifyAll(openReader(data));
      process.stdout.write(json ? findings.map((it) => `${JSON.stringify(it)}\n`).join("") : inWords(findings));
      if (findings.some(({ brokenAt }) => brokenAt !== null)) process.exitCode = 1;
    });
  return audit;
}

async function verifyAll(store: Store): Promise<Finding[]> {
  try {
    const findings: Finding[] = [];
    for (const accountId of await auditedAccounts(store.queries)) {
      findings.push({ accountId, ...(await verifyChain(store.queries, accountId, Date.now())) });
    }
    return findings;
  } finally {
    await store.close();
  }
}

function inWords(findings: readonly Finding[]): string {
  if (findings.length === 0) return "The audit log is empty.\n";
  const lines = findings.map(({ accountId, events, brokenAt, head }) =>
    brokenAt === null
      ? `${accountId}: whole, ${events} events, head ${head?.sequence ?? 0} ${head?.hash ?? ""}`
      : `${accountId}: BROKEN at event ${brokenAt}: it, or what stands before it, was changed or removed`,
  );
  return `${lines.join("\n")}\n`;
}
