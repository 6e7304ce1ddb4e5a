/** The words of commands that reach services of other machines: open, forward, sign-in, sign-out. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { type LibraryChoice, libraryChoices } from "../../webrtc/library-choices.ts";
import { portFrom, serviceNameFrom } from "./argument-values.ts";
import { type CommandFrame, type CommonFlags, examples, withCommonFlags } from "./command-frame.ts";

/** Adds them. */
export function addReachCommands(program: Command, frame: CommandFrame): void {
  withCommonFlags(program.command("open").option("--print", "write the address and open nothing"), frame)
    .description("open a service in this machine's browser")
    .argument("[server]", "its label or the beginning of its id; this machine where it is left out")
    .argument("[service]", "which of its services; the primary one where it is left out", serviceNameFrom)
    .action((server: string | undefined, service: string | undefined, flags: CommonFlags & { print?: boolean }) =>
      frame.run(flags, async ({ dataFolder, output }) => {
        const wish = { server, service, printOnly: flags.print === true };
        return (await import("../open-command.ts")).runOpen(wish, dataFolder, output);
      }),
    );
  const forward = program
    .command("forward")
    .description("bring a tcp service of a server to a port of this machine")
    .argument("<server:service>", "the server's label or the beginning of its id, and the service's name", placeFrom)
    .argument("<port>", "port on 127.0.0.1 to listen on; 0 for any free one", localPortFrom)
    .addOption(new Option("--webrtc <library>", "WebRTC library").choices(libraryChoices).default("auto"));
  withCommonFlags(forward, frame)
    .addHelpText(
      "after",
      examples(
        ["culvert connect tcp://localhost:5432 --name db", "on the server: publish its database"],
        ["culvert forward studio:db 15432", "here: psql -h 127.0.0.1 -p 15432 reaches it"],
      ),
    )
    .action((place: ForwardPlace, port: number, flags: CommonFlags & { webrtc: LibraryChoice }) =>
      frame.run(flags, async ({ dataFolder, output, stopSignal }) => {
        const { runForward } = await import("../forward/forward-command.ts");
        return runForward({ ...place, port, webrtc: flags.webrtc }, dataFolder, output, stopSignal());
      }),
    );
  const server = [
    "--server <url>",
    "address of the dashboard; the one that this machine is enrolled at by default",
  ] as const;
  withCommonFlags(program.command("sign-in").option(...server), frame)
    .description("keep an access token for open and forward")
    .addHelpText(
      "after",
      `\nThe token is asked for, or read from standard input; it is made under Sessions in the dashboard.
CULVERT_TOKEN and CULVERT_SERVER in the environment stand in its place, for scripts.`,
    )
    .action((flags: CommonFlags & { server?: string }) =>
      frame.run(flags, async ({ dataFolder, output }) =>
        (await import("../sign-in-command.ts")).runSignIn(flags.server, dataFolder, output),
      ),
    );
  withCommonFlags(program.command("sign-out"), frame)
    .description("forget the access token")
    .action((flags: CommonFlags) =>
      frame.run(flags, async ({ dataFolder, output }) =>
        (await import("../sign-in-command.ts")).runSignOut(dataFolder, output),
      ),
    );
}

interface ForwardPlace {
  readonly server: string;
  readonly service: string;
}

/** A label may hold colons; a service's name does not. */
function placeFrom(text: string): ForwardPlace {
  const at = text.lastIndexOf(":");
  if (at < 1) throw new InvalidArgumentError("Name the server and its service with a colon between: studio:db.");
  return { server: text.slice(0, at), service: serviceNameFrom(text.slice(at + 1)) };
}

function localPortFrom(text: string): number {
  return text === "0" ? 0 : portFrom(text);
}
