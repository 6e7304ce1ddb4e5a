/** The words of what reads a culvert.yaml: up and config. */
import { type Command, Option } from "commander";
import type { LibraryChoice } from "../../webrtc/library-choices.ts";
import { exitCodes } from "../exit-codes.ts";
import { type RunFlags, runOptions, withRunFlags } from "./agent-words.ts";
import { type CommandFrame, type CommonFlags, examples, withCommonFlags } from "./command-frame.ts";

interface ConfigFlags extends CommonFlags {
  readonly config?: string;
}

const fileFlag = ["--config <file>", "the file; culvert.yaml here or in the data folder where it is left out"] as const;

/** Adds up. */
export function addUpCommand(program: Command, frame: CommandFrame): void {
  const up = program
    .command("up")
    .description("publish what a culvert.yaml says, and follow its changes")
    .option(...fileFlag);
  up.addOption(new Option("--turned-away-is-done").hideHelp());
  withCommonFlags(withRunFlags(up), frame)
    .addHelpText(
      "after",
      examples(
        ["culvert up", "publish what ./culvert.yaml says"],
        ["culvert config check && culvert up --no-live", "the same, as a script would"],
      ),
    )
    .action((flags: RunFlags & ConfigFlags & { readonly turnedAwayIsDone?: boolean }) =>
      frame.run(flags, async ({ output, stopSignal }) => {
        const isAsked = up.getOptionValueSource("webrtc") === "cli";
        const webrtc: LibraryChoice | undefined = isAsked ? flags.webrtc : undefined;
        const options = { ...runOptions(flags), webrtc, configPath: flags.config };
        const exitCode = await (await import("../up-command.ts")).runUp(options, output, stopSignal());
        return flags.turnedAwayIsDone && exitCode === exitCodes.turnedAway ? exitCodes.done : exitCode;
      }),
    );
}

/** Adds config. */
export function addConfigCommands(program: Command, frame: CommandFrame): void {
  const config = program.command("config").description("look at a culvert.yaml without running it");
  withCommonFlags(config.command("check").option(...fileFlag), frame)
    .description("list what is wrong in the file, by line, or what it publishes")
    .action((flags: ConfigFlags) =>
      frame.run(flags, async ({ dataFolder, output }) =>
        (await import("../config-command.ts")).checkConfig(flags.config, dataFolder, output),
      ),
    );
  withCommonFlags(config.command("schema"), frame)
    .description("write the file's JSON Schema, for editors")
    .addHelpText(
      "after",
      examples([
        "culvert config schema > culvert.schema.json",
        "then begin culvert.yaml with: # yaml-language-server: $schema=culvert.schema.json",
      ]),
    )
    .action((flags: CommonFlags) =>
      frame.run(flags, async () => (await import("../config-command.ts")).writeConfigSchema()),
    );
}
