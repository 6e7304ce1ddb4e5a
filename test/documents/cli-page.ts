/** docs/cli.md: the words around it, the help as the program prints it, and what a new user meets. Pure but for the help. */

import { exitCodeWords } from "../../peer-agent/src/cli/exit-codes.ts";
import { commandsOf, createProgram, helpOf } from "../../peer-agent/src/cli/program.ts";
import type { ToldStory } from "./cli-stories.ts";

const helpBegin = "<!-- help: begin -->";
const helpEnd = "<!-- help: end -->";

/** The whole page. */
export function cliPage(told: readonly ToldStory[]): string {
  return [head, configuration, stopping, exitCodes(), helpBegin, helpSection(), helpEnd, "", transcript(told)].join(
    "\n",
  );
}

/** The part of a page that `helpSection` wrote; undefined where there is none. */
export function helpPartOf(page: string): string | undefined {
  const [, rest] = page.split(`${helpBegin}\n`);
  return rest?.split(`\n${helpEnd}`, 1)[0];
}

/** Every command's help. */
export function helpSection(): string {
  const program = createProgram({ dataFolder: "/data", run: async () => {} });
  const parts = commandsOf(program).map(({ command, path }) => {
    return `### ${path}\n\n\`\`\`text\n${helpOf(command).trimEnd()}\n\`\`\`\n`;
  });
  return `## Commands\n\n${parts.join("\n")}`;
}

const head = `# The command line

\`culvert\` publishes apps of a machine, says how they stand, and reaches services of other machines. This page is written by
\`npm run docs:cli\`: the help is the program's own, and the sessions at its end were had with the real programs.

\`\`\`
culvert connect 5173 --server https://culvert.example    # the first run: a link and a QR code to approve
culvert connect 5173                                     # later runs
culvert connect --terminal                               # terminals of this machine: a shell for whoever may open it
culvert up                                               # several services, from a culvert.yaml
culvert status                                           # how it stands; services, logs
culvert doctor                                           # what is wrong, and what to do
\`\`\`

On a terminal \`connect\` and \`up\` redraw one view: state, services, viewers and their paths, requests per second, the last
requests. Otherwise, and with \`--no-live\`, they write lines. \`--json\` makes any command write JSON: the commands that run on
write an object per line, the others one value; errors are \`{type, code, message, hint}\` on stderr.

A running agent answers \`status\`, \`services\`, \`logs\` and \`doctor\` on a socket in its data folder that only its user may open.
It keeps the last 2,000 events in memory; paths of requests without their queries, never headers or bodies.

\`open\`, \`forward\` and the doctor's trial of a tunnel act for an account: \`culvert sign-in\` keeps an access token (0600) that is
made under *Sessions* in the dashboard. Scripts set \`CULVERT_TOKEN\` and \`CULVERT_SERVER\`. This machine's own services are opened
without one. \`forward\` has a device key of its own in the data folder, which a locked server approves like any other device's.

Keys of this machine lie in the data folder (0600). \`culvert keys move keychain\` puts them into the system's keychain: macOS
Keychain, Windows Credential Manager, or the Secret Service of a Linux desktop. The agent then starts only while that is unlocked.
`;

const configuration = `## culvert.yaml

\`\`\`yaml
# yaml-language-server: $schema=culvert.schema.json   (culvert config schema > culvert.schema.json)
server: https://culvert.example   # where it is left out: where this machine is enrolled
label: studio-mac
services:
  web:                            # the first one is what Open opens
    target: 5173
  admin:
    target: https://localhost:8443
    policy:
      allow: {methods: [GET, POST], pathPrefixes: [/admin]}
      deny: {headers: [X-Debug]}
    headers:
      host: admin.example         # in place of localhost:8443
      origin: https://admin.example
      forwarded: drop             # X-Forwarded-* and Forwarded of viewers; or keep
      set: {X-Team: blue}
    probe: {path: /healthz, intervalMs: 10000}
    relay: fallback
    limits: {viewers: 5, streams: 40, bodyBytes: 10485760, answerMs: 30000}
    labels: {team: blue}          # for culvert services; told to nobody else
  nas:
    target: {type: lan, host: nas.lan, port: 443, tls: {verify: {sha256: "ab12…"}}}
  docker:
    target: unix:/run/app.sock
  tool:
    target: {type: handler, module: ./tool.mjs}   # exports fetch(request), webSocket, stream
  db:
    target: tcp://localhost:5432                  # for culvert forward
\`\`\`

The file is looked at each second, and on SIGHUP where no terminal is there. A change is put in force without dropping a tunnel: new streams follow it,
streams that are under way end as they began, a tunnel to a service that is gone is closed. What \`server\`, \`label\` and \`webrtc\`
say holds from the next start; a changed \`relay\` holds for tunnels that are opened after it. A file with a fault changes nothing:
its line is told in the view, the log and \`culvert status\`. Unknown keys are faults, since a rule that nobody reads would
allow everything.
`;

const stopping = `## How it stops

Ctrl-C and SIGTERM let what is under way finish, for five seconds (\`--grace\`), while nobody new gets in; it says how much that
is. A second signal ends it at once, and it says so. After a crash the services of \`culvert service install\` start it again,
under systemd 254 and later after 5 s to a minute, longer each time; exit code 2 is not started again. They leave tmux alone.
`;

function exitCodes(): string {
  const rows = exitCodeWords.map(([code, words]) => `| ${code} | ${words} |`);
  return `## Exit codes\n\n| code | meaning |\n|---|---|\n${rows.join("\n")}\n`;
}

function transcript(told: readonly ToldStory[]): string {
  const parts = told.map(({ title, text }) => `### ${title}\n\n\`\`\`text\n${text}\n\`\`\`\n`);
  return `## Tried as a new user would

Had with the real programs on one machine; addresses, ids, times and the QR code are made the same on each run.

${parts.join("\n")}`;
}
