/** The words of commands that look after this machine: doctor, service, completion, update. */
import { Argument, type Command, InvalidArgumentError } from "commander";
import { completionScript, type Shell, shells } from "../completion-scripts.ts";
import { exitCodes } from "../exit-codes.ts";
import type { ServiceWish } from "../os-service/service-command.ts";
import { type CommandFrame, type CommonFlags, examples, withCommonFlags } from "./command-frame.ts";

interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** Adds them. */
export function addMachineCommands(program: Command, frame: CommandFrame): void {
  const doctor = program
    .command("doctor")
    .description("look at everything between your app and its viewers, and say what to do")
    .option("--server <url>", "address of the dashboard; the enrolled one where it is left out")
    .option("--stun <host:port>", "a further STUN server, to tell kinds of NAT apart; may be given again", oneMore, []);
  withCommonFlags(doctor, frame).action((flags: CommonFlags & { server?: string; stun: readonly HostAndPort[] }) =>
    frame.run(flags, async ({ dataFolder, output }) => {
      const { runDoctor } = await import("../doctor/doctor-command.ts");
      return runDoctor({ serverUrl: flags.server, stunServers: flags.stun }, dataFolder, output);
    }),
  );
  addServiceCommands(program, frame);
  program
    .command("completion")
    .description("write a script by which your shell completes culvert")
    .addArgument(new Argument("<shell>", "which shell").choices(shells))
    .addHelpText(
      "after",
      examples(["source <(culvert completion bash)", "complete in this shell; put it into ~/.bashrc for all"]),
    )
    .action((shell: Shell) => {
      process.stdout.write(completionScript(shell, program));
      process.exitCode = exitCodes.done;
    });
  withCommonFlags(program.command("update").requiredOption("--check", "only look; nothing is installed"), frame)
    .description("say whether there is a newer release, and how to get it")
    .action((flags: CommonFlags) =>
      frame.run(flags, async ({ output }) => (await import("../update-command.ts")).runUpdate(output)),
    );
}

interface ServiceFlags extends CommonFlags {
  readonly config?: string;
  readonly system?: boolean;
}

function addServiceCommands(program: Command, frame: CommandFrame): void {
  const service = program
    .command("service")
    .description("let the system start the agent, from a culvert.yaml")
    .addHelpText("after", examples(["culvert service install", "start it at your sign-in, with ./culvert.yaml"]));
  const add = (what: ServiceWish["what"], description: string) => {
    const command = service
      .command(what)
      .description(description)
      .option("--system", "for the whole system, not for you alone (Linux)");
    if (what === "install" || what === "show")
      command.option("--config <file>", "the configuration that it starts from");
    withCommonFlags(command, frame).action((flags: ServiceFlags) =>
      frame.run(flags, async ({ dataFolder, output }) => {
        const wish = { what, configPath: flags.config, isSystem: flags.system === true };
        return (await import("../os-service/service-command.ts")).runService(wish, dataFolder, output);
      }),
    );
  };
  add("install", "put the service in place and start it: systemd, launchd or a Windows task");
  add("uninstall", "stop it and take it away; keys and enrolment stay");
  add("status", "what the system says of it");
  add("show", "write what install would put in place");
}

function oneMore(text: string, before: readonly HostAndPort[]): readonly HostAndPort[] {
  const match = /^([^:[\]]+|\[[0-9a-fA-F:.]+\])(?::(\d{1,5}))?$/.exec(text.replace(/^stun:/, ""));
  if (match === null)
    throw new InvalidArgumentError("Name a host, and a port where it is not 3478: stun.example:3478.");
  return [...before, { host: (match[1] ?? "").replace(/^\[|\]$/g, ""), port: Number(match[2] ?? 3478) }];
}
