/** Where a system keeps what it starts by, and what makes it look there. */
import { spawnSync } from "node:child_process";
import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { TunnelError } from "@culvert/protocol";
import {
  launchdLabel,
  launchdPlist,
  type ServiceCommand,
  serviceName,
  systemdUnit,
  windowsTask,
} from "./service-files.ts";

/** One program call; its words, the program first. */
export type Call = readonly [string, ...string[]];

/** How one system starts, stops and shows a service. */
export interface ServicePlace {
  readonly system: "systemd (yours)" | "systemd (the system's)" | "launchd" | "Windows Task Scheduler";
  /** The file that holds `text`. */
  readonly path: string;
  readonly text: string;
  readonly encoding: "utf8" | "utf16le";
  readonly install: readonly Call[];
  readonly uninstall: readonly Call[];
  readonly status: Call;
  /** Said after it is installed. */
  readonly hint: string;
}

/** The place on this system. Throws `unsupported` in words where there is none. */
export function servicePlace(
  command: ServiceCommand,
  isSystem: boolean,
  platform: NodeJS.Platform = process.platform,
): ServicePlace {
  const { username, uid } = userInfo();
  switch (platform) {
    case "linux":
      return isSystem ? systemPlace(command, username) : userPlace(command, username);
    case "darwin": {
      if (isSystem) throw notForAll("launchd starts it at your own sign-in");
      const path = join(homedir(), "Library/LaunchAgents", `${launchdLabel}.plist`);
      const logPath = join(homedir(), "Library/Logs/culvert.log");
      return {
        ...{ system: "launchd", path, text: launchdPlist(command, logPath), encoding: "utf8" },
        install: [["launchctl", "bootstrap", `gui/${uid}`, path]],
        uninstall: [["launchctl", "bootout", `gui/${uid}/${launchdLabel}`]],
        status: ["launchctl", "print", `gui/${uid}/${launchdLabel}`],
        hint: `Its lines are in ${logPath}; culvert status asks it.`,
      };
    }
    case "win32": {
      if (isSystem) throw notForAll("the task starts it at your own sign-in");
      const path = join(command.dataFolder, "culvert-task.xml");
      return {
        ...{
          system: "Windows Task Scheduler",
          path,
          text: `\ufeff${windowsTask(command, username)}`,
          encoding: "utf16le",
        },
        install: [
          ["schtasks", "/Create", "/TN", "Culvert", "/XML", path, "/F"],
          ["schtasks", "/Run", "/TN", "Culvert"],
        ],
        uninstall: [
          ["schtasks", "/End", "/TN", "Culvert"],
          ["schtasks", "/Delete", "/TN", "Culvert", "/F"],
        ],
        status: ["schtasks", "/Query", "/TN", "Culvert"],
        hint: "culvert status asks it; culvert logs shows what it did.",
      };
    }
    default: {
      const hint = "Let your system start `culvert up`.";
      throw new TunnelError("unsupported", `There is no service for ${platform} here`, { hint });
    }
  }
}

function userPlace(command: ServiceCommand, username: string): ServicePlace {
  const path = join(homedir(), ".config/systemd/user", `${serviceName}.service`);
  const asked = ["systemctl", "--user"] as const;
  return {
    ...{ system: "systemd (yours)", path, text: unitFor(command, undefined), encoding: "utf8" },
    install: [
      [...asked, "daemon-reload"],
      [...asked, "enable", "--now", serviceName],
    ],
    uninstall: [[...asked, "disable", "--now", serviceName]],
    status: [...asked, "status", "--no-pager", serviceName],
    hint: `It runs while you are signed in; to start it at boot: sudo loginctl enable-linger ${username}`,
  };
}

function systemPlace(command: ServiceCommand, username: string): ServicePlace {
  const user = process.env.SUDO_USER ?? username;
  return {
    ...{ system: "systemd (the system's)", path: `/etc/systemd/system/${serviceName}.service`, encoding: "utf8" },
    text: unitFor(command, user),
    install: [
      ["systemctl", "daemon-reload"],
      ["systemctl", "enable", "--now", serviceName],
    ],
    uninstall: [["systemctl", "disable", "--now", serviceName]],
    status: ["systemctl", "status", "--no-pager", serviceName],
    hint: `It runs as ${user}. Its lines: journalctl -u ${serviceName}`,
  };
}

function unitFor(command: ServiceCommand, user: string | undefined): string {
  const { stdout } = spawnSync("systemd-analyze", ["--version"], { encoding: "utf8", timeout: 5_000 });
  const version = /^systemd (\d+)/.exec(stdout ?? "")?.[1];
  return systemdUnit(command, { user, systemdVersion: version === undefined ? undefined : Number(version) });
}

function notForAll(why: string): TunnelError {
  return new TunnelError("unsupported", `--system is for Linux: here ${why}`, { hint: "Leave --system out." });
}
