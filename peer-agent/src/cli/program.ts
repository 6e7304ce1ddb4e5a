/** The whole tree of commands: words, flags and what each runs. Made without running anything, for help and docs too. */
import { Command } from "commander";
import { agentVersion } from "../agent/agent-version.ts";
import { exitCodeWords } from "./exit-codes.ts";
import { paletteFor } from "./output.ts";
import { addAgentCommands } from "./words/agent-words.ts";
import { type CommandFrame, examples } from "./words/command-frame.ts";
import { addConfigCommands, addUpCommand } from "./words/config-words.ts";
import { addMachineCommands } from "./words/machine-words.ts";
import { addReachCommands } from "./words/reach-words.ts";
import { addTrustCommands } from "./words/trust-words.ts";

const firstSteps = examples(
  ["culvert connect 5173 --server https://culvert.example", "publish the app on port 5173"],
  ["culvert status", "how it stands"],
  ["culvert doctor", "what is wrong, and what to do"],
);
const codes = exitCodeWords.map(([code, words]) => `  ${code}  ${words}`).join("\n");

/** The program `culvert`. Errors of use are written by it and then thrown as CommanderError. */
export function createProgram(frame: CommandFrame): Command {
  const program = new Command("culvert")
    .description("Opens the web app that runs on this machine in any browser, end-to-end encrypted.")
    .version(agentVersion, "-V, --version", "write the version")
    .helpOption("-h, --help", "write this")
    .helpCommand("help [command]", "how a command is used")
    .exitOverride()
    .configureHelp({ styleTitle: (title) => paletteFor(process.stdout).bold(title) })
    .configureOutput({
      outputError: writeUsageError,
      // A program that reads JSON is told once, as JSON.
      writeErr: (text) => void (wantsJson() || process.stderr.write(text)),
    })
    .addHelpText("after", `${firstSteps}\n\nExit codes:\n${codes}`);
  program.commandsGroup("Publish:");
  addAgentCommands(program, frame);
  addUpCommand(program, frame);
  program.commandsGroup("Reach:");
  addReachCommands(program, frame);
  program.commandsGroup("Who may open this machine:");
  addTrustCommands(program, frame);
  program.commandsGroup("More:");
  addMachineCommands(program, frame);
  addConfigCommands(program, frame);
  for (const { command, path } of commandsOf(program)) {
    command.showHelpAfterError(`See how it is used: ${path} --help`);
  }
  return program;
}

/** True where errors of use are written as JSON: known before the flags are read. */
export function wantsJson(): boolean {
  return process.argv.includes("--json");
}

/** Every command with the words that reach it, the program first. */
export function commandsOf(program: Command): { readonly command: Command; readonly path: string }[] {
  const walk = (command: Command, path: string): { command: Command; path: string }[] => [
    { command, path },
    ...command.commands.flatMap((below) => walk(below, `${path} ${below.name()}`)),
  ];
  return walk(program, program.name());
}

/** Help as it is on any machine: so wide, and without colours. */
export function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => 100,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text;
}

/** commander's faults as sentences with the mark of errors; the next line says where help is. */
function writeUsageError(text: string, write: (text: string) => void): void {
  const words = usageWords(text);
  write(words === undefined ? text : `${paletteFor(process.stderr).marks.lost} ${words}\n`);
}

/** What is wrong in a wrong use; undefined for a text that is no fault. */
export function usageWords(text: string): string | undefined {
  const fault = /^error: (.*)$/s.exec(text.trimEnd())?.[1];
  if (fault === undefined) return undefined;
  const argument = /^command-argument value '(.*)' is invalid for argument '.*?'\. (.*)$/s.exec(fault);
  const option = /^option '(--[a-z-]+).*?' (?:argument|value) '(.*)'.* is invalid\. (.*)$/s.exec(fault);
  const [place, value, words] = [option?.[1], argument?.[1] ?? option?.[2] ?? "", argument?.[2] ?? option?.[3]];
  if (words === undefined) return `${fault.charAt(0).toUpperCase()}${fault.slice(1)}`;
  const named = place === undefined ? "" : `${place}: `;
  return words.includes(value) ? `${named}${words}` : `${named}"${value}" cannot be. ${words}`;
}
