/** What systems start an agent by at boot, as text: a systemd unit, a launchd plist, a Windows task. Pure. */

/** What is to be started. */
export interface ServiceCommand {
  /** Absolute: the Node that runs the agent, and the script that it runs. */
  readonly nodePath: string;
  readonly scriptPath: string;
  /** Absolute. */
  readonly configPath: string;
  readonly dataFolder: string;
}

/** What the systems call it. */
export const serviceName = "culvert";
export const launchdLabel = "dev.culvert.agent";

/** Words of the command, the program first. */
export function commandWords({ nodePath, scriptPath, configPath, dataFolder }: ServiceCommand): string[] {
  return [nodePath, scriptPath, "up", "--no-live", "--config", configPath, "--data", dataFolder];
}

/** For whom a unit is. */
export interface SystemdUnitOptions {
  /** Who runs it under the system's manager; undefined for a user's own manager. */
  readonly user: string | undefined;
  /** What it will be read by; undefined where that is not known. */
  readonly systemdVersion: number | undefined;
}

/** The first systemd that waits longer after each failure. */
const backOffVersion = 254;

/**
 * A systemd unit for a user's own manager, or for the system's. Under the system's it may write the data folder and /tmp,
 * where tmux keeps its socket; exit 2 means that the dashboard turned this machine away, which starting again cannot mend.
 */
export function systemdUnit(command: ServiceCommand, { user, systemdVersion = 0 }: SystemdUnitOptions): string {
  return `[Unit]
Description=Culvert agent: publishes apps of this machine
Documentation=man:systemd.service(5)
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${commandWords(command).map(systemdWord).join(" ")}
ExecReload=/bin/kill -HUP $MAINPID
${user === undefined ? "" : `User=${user}\n`}Restart=on-failure
RestartSec=5s
${systemdVersion < backOffVersion ? "" : "RestartSteps=5\nRestartMaxDelaySec=60s\n"}RestartPreventExitStatus=2
KillSignal=SIGTERM
# The agent ends what is its own; terminals in tmux outlive it.
KillMode=process
TimeoutStopSec=15s
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
${user === undefined ? "" : systemHardening(command)}
[Install]
WantedBy=${user === undefined ? "default.target" : "multi-user.target"}
`;
}

/** A user's own manager may not set up these; the system's may. */
function systemHardening({ dataFolder }: ServiceCommand): string {
  return `ProtectSystem=strict
ReadWritePaths=${systemdWord(dataFolder)} /tmp
PrivateDevices=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectProc=invisible
RestrictNamespaces=yes
CapabilityBoundingSet=
`;
}

/** systemd.syntax(7): quoted where needed, and what it would replace written out. */
function systemdWord(word: string): string {
  const escaped = word.replaceAll("\\", "\\\\").replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[A-Za-z0-9_./:@%$=+,-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll('"', '\\"')}"`;
}

/**
 * A launchd agent of one user, started at sign-in and again after a crash, which to Node is an exit code. launchd knows good and
 * bad ones alone, so the command ends well where it was turned away.
 */
export function launchdPlist(command: ServiceCommand, logPath: string): string {
  const words = [...commandWords(command), "--turned-away-is-done"].map((word) => `    <string>${xml(word)}</string>`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${launchdLabel}</string>
  <key>ProgramArguments</key>
  <array>
${words.join("\n")}
  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>10</integer>
  <key>ProcessType</key>
  <string>Background</string>
  <key>Umask</key>
  <integer>63</integer>
  <key>StandardOutPath</key>
  <string>${xml(logPath)}</string>
  <key>StandardErrorPath</key>
  <string>${xml(logPath)}</string>
</dict>
</plist>
`;
}

/** A task of the Windows Task Scheduler: at one user's sign-in, again each minute after a failure, in the background. */
export function windowsTask(command: ServiceCommand, user: string): string {
  const [program = "", ...rest] = commandWords(command);
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Culvert agent: publishes apps of this machine</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>${xml(user)}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>${xml(user)}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Hidden>true</Hidden>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${xml(program)}</Command>
      <Arguments>${xml(rest.map(windowsWord).join(" "))}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
}

/** As the C runtime reads a command line: quotes where there is a blank, a backslash before a quote doubled. */
function windowsWord(word: string): string {
  if (/^[^\s"]+$/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1")}"`;
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
