#!/usr/bin/env node
/**
 * The command line `culvert-conformance`. Exit codes: 0 every case held, 1 at least one failed, 2 no suite could be run.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { agentCases } from "./cases/agent-cases.ts";
import { viewerCases } from "./cases/viewer-cases.ts";
import { KitFault, type PeerRole, runKit } from "./kit.ts";
import { createReport } from "./report.ts";

interface Flags {
  readonly role?: PeerRole;
  readonly appPort: number;
  readonly app: boolean;
  readonly service?: string;
  readonly identityKey?: string;
  readonly noiseKey?: string;
  readonly only: readonly string[];
  readonly wait: number;
  readonly patience: number;
  readonly list?: boolean;
  readonly json?: boolean;
}

const exitCodes = { held: 0, failed: 1, notRun: 2 } as const;
const defaultPort = 80;

const program = new Command("culvert-conformance")
  .description(
    "Stands in for signaling at a ws:// address, waits for your agent or viewer to join there, drives it through a\n" +
      "scripted suite and prints what it breaks, with the section of SPEC.md.",
  )
  .argument("[address]", "where to listen, such as ws://127.0.0.1:7801", addressFrom)
  .addOption(new Option("--role <role>", "let only this kind of peer join").choices(["agent", "viewer"]))
  .option("--app-port <port>", "port of the kit's app on 127.0.0.1, which your agent is to offer", portFrom, 7802)
  .option("--no-app", "your agent serves an app of its own: cases that look at the app are left out")
  .option("--service <name>", "the service to open; the agent's primary one where it is left out")
  .option("--identity-key <base64url>", "Ed25519 key of an agent that does not enrol here", keyFrom)
  .option("--noise-key <base64url>", "X25519 key of an agent that does not enrol here", keyFrom)
  .option("--only <text...>", "run the cases whose names hold one of these texts", [])
  .option("--wait <seconds>", "how long to wait for a peer to join", secondsFrom, 120)
  .option("--patience <seconds>", "how long the peer may take for anything that it must do", secondsFrom, 5)
  .option("--list", "print all cases with their sections")
  .option("--json", "write one JSON object per line")
  .configureOutput({ outputError: (text, write) => write(text) })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.held : exitCodes.notRun))
  .action(async (address: URL | undefined, flags: Flags) => {
    process.exitCode = flags.list === true ? list(flags) : await run(address, flags);
  });

await program.parseAsync();

function list({ json, only }: Flags): number {
  for (const [role, cases] of Object.entries({ agent: agentCases, viewer: viewerCases })) {
    for (const { id, section, title } of cases) {
      if (only.length > 0 && !only.some((part) => id.includes(part))) continue;
      const line =
        json === true ? JSON.stringify({ role, id, section, title }) : `${role}  ${id}  §${section}  ${title}`;
      process.stdout.write(`${line}\n`);
    }
  }
  return exitCodes.held;
}

async function run(address: URL | undefined, flags: Flags): Promise<number> {
  if (address === undefined) {
    process.stderr.write("Say where to listen, such as: culvert-conformance ws://127.0.0.1:7801\n");
    return exitCodes.notRun;
  }
  const { identityKey, noiseKey, role, service, only } = flags;
  if ((identityKey === undefined) !== (noiseKey === undefined)) {
    process.stderr.write(
      "--identity-key and --noise-key go together: the one names the agent, the other opens its handshake.\n",
    );
    return exitCodes.notRun;
  }
  const report = createReport(flags.json === true);
  try {
    const { results } = await runKit({
      host: address.hostname.replace(/^\[|\]$/g, ""),
      port: address.port === "" ? defaultPort : Number(address.port),
      appPort: flags.app ? flags.appPort : null,
      ...{ only, joinMs: flags.wait * 1_000, patienceMs: flags.patience * 1_000 },
      ...(role && { role }),
      ...(service !== undefined && { serviceName: service }),
      ...(identityKey !== undefined && noiseKey !== undefined && { agentKeys: { identityKey, noiseKey } }),
      onListening: (addresses) => report.listening(addresses),
      onJoined: (joined, count) => report.joined(joined, count),
      onResult: (result) => report.result(result),
    });
    if (results.length === 0) {
      process.stderr.write(`No case holds "${only.join('" or "')}" in its name; --list shows them all.\n`);
      return exitCodes.notRun;
    }
    report.summary(results);
    return results.some(({ outcome }) => outcome === "failed") ? exitCodes.failed : exitCodes.held;
  } catch (thrown) {
    if (!(thrown instanceof KitFault)) throw thrown;
    process.stderr.write(`Nothing was tested: ${thrown.message}\n`);
    return exitCodes.notRun;
  }
}

function addressFrom(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === "ws:" && url.pathname.length <= 1) return url;
  throw new InvalidArgumentError(
    "It is an address of this machine to listen on, such as ws://127.0.0.1:7801, without a path.",
  );
}

function portFrom(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError("A port is a number from 0 to 65535.");
}

function secondsFrom(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 3_600) return seconds;
  throw new InvalidArgumentError("A number of seconds above 0, 3600 at most.");
}

function keyFrom(text: string): string {
  if (/^[A-Za-z0-9_-]{43}$/.test(text)) return text;
  throw new InvalidArgumentError("A key is 32 bytes as base64url: 43 characters.");
}
