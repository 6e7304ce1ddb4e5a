/** Scripts by which shells complete `culvert`, made from its tree of commands. Pure. */
import type { Command } from "commander";

export const shells = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof shells)[number];

/** One command as a shell needs it. */
interface Words {
  /** Words after `culvert`; empty for the program itself. */
  readonly path: readonly string[];
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly { readonly name: string; readonly description: string }[];
}

/** The script for a shell; comments in it say how it is loaded. */
export function completionScript(shell: Shell, program: Command): string {
  const words = wordsOf(program, []);
  switch (shell) {
    case "bash":
      return bash(words);
    case "zsh":
      return zsh(words);
    case "fish":
      return fish(words);
    case "powershell":
      return powershell(words);
    default:
      return shell satisfies never;
  }
}

function wordsOf(command: Command, path: readonly string[]): Words[] {
  const help = command.createHelp();
  const below = command.commands;
  const own: Words = {
    path,
    commands: help.visibleCommands(command).map((child) => ({ name: child.name(), description: child.description() })),
    options: help
      .visibleOptions(command)
      .flatMap(({ long, description }) => (long ? [{ name: long, description }] : [])),
  };
  return [own, ...below.flatMap((child) => wordsOf(child, [...path, child.name()]))];
}

function choicesOf({ commands, options }: Words): string[] {
  return [...commands.map(({ name }) => name), ...options.map(({ name }) => name)];
}

function bash(all: readonly Words[]): string {
  const cases = all.map((words) => `    "${words.path.join(" ")}") words="${choicesOf(words).join(" ")}" ;;`);
  return `# bash completion for culvert. Load it: source <(culvert completion bash)
_culvert() {
  local path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) break ;; esac
    path="\${path:+$path }$word"
  done
  while :; do
    case "$path" in
${cases.map((line) => `  ${line}`).join("\n")}
    esac
    [ -n "$words" ] || [ -z "$path" ] && break
    case "$path" in *" "*) path="\${path% *}" ;; *) path="" ;; esac
  done
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [ \${#COMPREPLY[@]} -eq 0 ] && COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _culvert culvert
`;
}

function zsh(all: readonly Words[]): string {
  const cases = all.map((words) => {
    const shown = [...words.commands, ...words.options].map(({ name, description }) => {
      return `'${name.replaceAll(":", "\\:")}:${description.replaceAll("'", "’")}'`;
    });
    return `    "${words.path.join(" ")}") choices=(${shown.join(" ")}) ;;`;
  });
  return `#compdef culvert
# zsh completion for culvert. Load it: source <(culvert completion zsh)
_culvert() {
  local path="" word
  local -a choices
  for word in "\${words[@]:1:CURRENT-2}"; do
    [[ "$word" == -* ]] && break
    path="\${path:+$path }$word"
  done
  while :; do
    case "$path" in
${cases.map((line) => `  ${line}`).join("\n")}
    esac
    (( \${#choices} )) || [[ -z "$path" ]] && break
    [[ "$path" == *" "* ]] && path="\${path% *}" || path=""
  done
  _describe culvert choices || _files
}
compdef _culvert culvert
`;
}

function fish(all: readonly Words[]): string {
  const lines = all.flatMap(({ path, commands, options }) => {
    const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
    const isTop = path.length === 0;
    const below = commands.map(({ name }) => name).join(" ");
    const when = isTop
      ? "__fish_use_subcommand"
      : below === ""
        ? seen
        : `${seen}; and not __fish_seen_subcommand_from ${below}`;
    const quoted = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
    return [
      ...commands.map(
        ({ name, description }) => `complete -c culvert -n ${quoted(when)} -f -a ${name} -d ${quoted(description)}`,
      ),
      ...options.map(
        ({ name, description }) =>
          `complete -c culvert -n ${quoted(isTop ? when : seen)} -l ${name.slice(2)} -d ${quoted(description)}`,
      ),
    ];
  });
  return `# fish completion for culvert. Load it: culvert completion fish | source\n${lines.join("\n")}\n`;
}

function powershell(all: readonly Words[]): string {
  const rows = all.map((words) => {
    const choices = choicesOf(words).map((word) => `'${word}'`);
    return `    '${words.path.join(" ")}' = @(${choices.join(", ")})`;
  });
  return `# PowerShell completion for culvert. Load it: culvert completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName culvert -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $choices = @{
${rows.join("\n")}
  }
  $path = @()
  foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
    $text = $element.ToString()
    if ($text -like '-*' -or $element.Extent.EndOffset -ge $cursorPosition) { break }
    $path += $text
  }
  while ($path.Count -gt 0 -and -not $choices.ContainsKey($path -join ' ')) {
    $path = @($path | Select-Object -SkipLast 1)
  }
  $choices[($path -join ' ')] | Where-Object { $_ -like "$wordToComplete*" } |
    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`;
}
