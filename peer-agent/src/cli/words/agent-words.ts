/** The words of the commands that run an agent and ask it: connect, status, services, logs. */
import { hostname } from "node:os";
import { type RelayPolicy, relayPolicySchema } from "@culvert/protocol/signaling";
import { type Command, Option } from "commander";
import type { ServicePlace } from "../../config/written-target.ts";
import { type LibraryChoice, libraryChoices } from "../../webrtc/library-choices.ts";
import { countFrom, placeFrom, secondsFrom, serviceNameFrom, tmuxFrom } from "./argument-values.ts";
import { type CommandFrame, type CommonFlags, examples, withCommonFlags } from "./command-frame.ts";

/** Flags of whatever runs an agent. */
export interface RunFlags extends CommonFlags {
  readonly server?: string;
  readonly code?: string;
  readonly label?: string;
  readonly webrtc: LibraryChoice;
  /** `--no-live` */
  readonly live: boolean;
  /** Seconds. */
  readonly grace: number;
}

interface ConnectFlags extends RunFlags {
  readonly name: string;
  readonly relay: RelayPolicy;
  readonly insecure?: boolean;
  readonly terminal?: boolean;
  readonly tmux?: string;
}

/** Adds them. */
export function addAgentCommands(program: Command, frame: CommandFrame): void {
  const connect = program
    .command("connect")
    .description("publish the app on a port of this machine, its terminals, or both")
    .argument(
      "[port]",
      "port of the app, or an address: https://localhost:8443, http://nas.lan, tcp://localhost:5432, unix:/run/app.sock",
      placeFrom,
    );
  withRunFlags(connect)
    .option("--name <name>", "what the dashboard calls the app", serviceNameFrom, "app")
    .addOption(
      new Option("--relay <policy>", "what the dashboard's server may carry, sealed, where no direct path is up")
        .choices(relayPolicySchema.options)
        .default("handshake-only"),
    )
    .option("--insecure", "take any certificate of an https:// app")
    .option("--terminal", "publish terminals too: a shell of this machine for whoever may open it")
    .option("--tmux <socket>", 'tmux server of the terminals: "default" is your own, "none" does without', tmuxFrom);
  withCommonFlags(connect, frame)
    .addHelpText(
      "after",
      examples(
        [
          "culvert connect 5173 --server https://culvert.example",
          "the first run: shows a link and a QR code to approve",
        ],
        ["culvert connect 5173", "later runs"],
        ["culvert connect tcp://localhost:5432 --name db", "a database, for culvert forward"],
        ["culvert connect --terminal", "terminals of this machine, and no app"],
      ),
    )
    .action((place: ServicePlace | undefined, flags: ConnectFlags) => {
      if (place === undefined && !flags.terminal) connect.error("error: missing required argument 'port'");
      return frame.run(flags, async ({ output, stopSignal }) => {
        const { runConnect } = await import("../connect-command.ts");
        const options = {
          ...runOptions(flags),
          place: flags.insecure && place !== undefined ? withoutCertificateCheck(place) : place,
          terminal: flags.terminal ? { tmuxSocket: flags.tmux === "none" ? null : flags.tmux } : undefined,
          serviceName: flags.name,
          relayPolicy: flags.relay,
        };
        return runConnect(options, output, stopSignal());
      });
    });
  withCommonFlags(program.command("status"), frame)
    .description("how the agent of this machine stands: state, viewers, services")
    .action((flags: CommonFlags) =>
      frame.run(flags, async ({ dataFolder, output }) =>
        (await import("../status-command.ts")).runStatus(dataFolder, output),
      ),
    );
  withCommonFlags(program.command("services"), frame)
    .description("what this machine publishes, and whether it answers")
    .action((flags: CommonFlags) =>
      frame.run(flags, async ({ dataFolder, output }) =>
        (await import("../status-command.ts")).runServices(dataFolder, output),
      ),
    );
  const logs = program
    .command("logs")
    .description("what the agent of this machine did lately")
    .option("-n, --lines <count>", "how many of the last lines", countFrom, 50)
    .option("-f, --follow", "go on with new lines until Ctrl-C")
    .option("--requests", "requests too: method, path without its query, answer, time");
  withCommonFlags(logs, frame).action((flags: CommonFlags & { lines: number; follow?: boolean; requests?: boolean }) =>
    frame.run(flags, async ({ dataFolder, output, stopSignal }) => {
      const wish = { lines: flags.lines, follow: flags.follow === true, withRequests: flags.requests === true };
      return (await import("../logs-command.ts")).runLogs(dataFolder, wish, output, stopSignal());
    }),
  );
}

/** The flags of whatever runs an agent. */
export function withRunFlags(command: Command): Command {
  return command
    .option("--server <url>", "address of the dashboard; the enrolled one where it is left out")
    .option(
      "--code <code>",
      "one-time code from the dashboard, for the first run; without one a link to approve is shown",
    )
    .option("--label <label>", "what the dashboard calls this machine; its host name where it is left out")
    .addOption(new Option("--webrtc <library>", "WebRTC library").choices(libraryChoices).default("auto"))
    .option("--no-live", "write lines, also on a terminal")
    .option("--grace <seconds>", "how long what is under way may go on after Ctrl-C or SIGTERM", secondsFrom, 5);
}

/** What the flags say to whatever runs an agent. */
export function runOptions(flags: RunFlags) {
  return {
    dataFolder: flags.data,
    serverUrl: flags.server,
    enrolmentCode: flags.code,
    label: (flags.label ?? hostname().split(".", 1)[0] ?? "").slice(0, 64) || "this machine",
    isLabelAsked: flags.label !== undefined,
    webrtc: flags.webrtc,
    isLive: flags.live && flags.json !== true && process.stdout.isTTY === true,
    graceMs: flags.grace * 1_000,
  };
}

function withoutCertificateCheck({ target, mode }: ServicePlace): ServicePlace {
  if (!("tls" in target) || target.tls === undefined) return { target, mode };
  return { target: { ...target, tls: { ...target.tls, verify: "skip" } }, mode };
}
