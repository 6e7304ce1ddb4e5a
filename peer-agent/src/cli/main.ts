#!/usr/bin/env node
/** The command line `culvert`. */
import { hostname } from "node:os";
import { type RelayPolicy, relayPolicySchema } from "@culvert/protocol/signaling";
import { Command, InvalidArgumentError, Option } from "commander";
import envPaths from "env-paths";
import { agentVersion } from "../agent/agent-version.ts";
import { type LibraryChoice, libraryChoices } from "../webrtc/index.ts";
import { exitCodes, runConnect } from "./connect-command.ts";
import { createConsoleOutput } from "./console-output.ts";
import { runDevices } from "./devices-command.ts";
import { addDevicesCommands } from "./devices-words.ts";

interface ConnectFlags {
  readonly server?: string;
  readonly code?: string;
  readonly data: string;
  readonly name: string;
  readonly label?: string;
  readonly webrtc: LibraryChoice;
  readonly relay: RelayPolicy;
  readonly json?: boolean;
}

const program = new Command("culvert")
  .description("Opens the web app that runs on this machine in any browser, end-to-end encrypted.")
  .version(agentVersion);

program
  .command("connect")
  .description("publish the app on a port of this machine")
  .argument("<port>", "port of the app on 127.0.0.1", portFrom)
  .option("--server <url>", "address of the dashboard; the enrolled one where it is left out")
  .option(
    "--code <code>",
    "one-time code from the dashboard, for the first run; without one a link to approve is shown",
  )
  .option("--data <folder>", "where keys and enrolment are kept", envPaths("culvert", { suffix: "" }).data)
  .option("--name <name>", "what the dashboard calls the app", serviceNameFrom, "app")
  .option("--label <label>", "what the dashboard calls this machine; its host name where it is left out")
  .addOption(new Option("--webrtc <library>", "WebRTC library").choices(libraryChoices).default("auto"))
  .addOption(
    new Option("--relay <policy>", "what the dashboard's server may carry, sealed, where no direct path is up")
      .choices(relayPolicySchema.options)
      .default("handshake-only"),
  )
  .option("--json", "write one JSON object per line")
  .action(async (port: number, flags: ConnectFlags) => {
    const options = {
      port,
      serverUrl: flags.server,
      enrolmentCode: flags.code,
      dataFolder: flags.data,
      label: (flags.label ?? hostname().split(".", 1)[0] ?? "").slice(0, 64) || "this machine",
      isLabelAsked: flags.label !== undefined,
      serviceName: flags.name,
      webrtc: flags.webrtc,
      relayPolicy: flags.relay,
    };
    process.exitCode = await runConnect(options, createConsoleOutput(flags.json === true), stopSignal());
  });

addDevicesCommands(program, envPaths("culvert", { suffix: "" }).data, async (wish, { data }) => {
  process.exitCode = await runDevices(wish, data, createConsoleOutput(false));
});

await program.parseAsync().catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exitCode = exitCodes.failed;
});

/** Aborts at the first Ctrl-C or SIGTERM; the second one ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (name: "SIGINT" | "SIGTERM") => {
    if (controller.signal.aborted) process.exit(name === "SIGINT" ? 130 : 143);
    controller.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return controller.signal;
}

function portFrom(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError("A port is a number from 1 to 65535.");
}

function serviceNameFrom(text: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(text)) return text;
  throw new InvalidArgumentError("A name is made of lower-case letters, digits and hyphens, 63 at most.");
}
