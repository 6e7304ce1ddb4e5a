/** The words of `culvert devices`, `lock`, `unlock` and `rotate`. */
import type { Command } from "commander";
import type { DevicesWish } from "./devices-command.ts";

/** Flags that all of them have. */
export interface DataFlags {
  readonly data: string;
}

/** Adds them; `run` does what was asked for. */
export function addDevicesCommands(
  program: Command,
  dataFolder: string,
  run: (wish: DevicesWish, flags: DataFlags) => Promise<void>,
): void {
  const withData = (command: Command) =>
    command.option("--data <folder>", "where keys and enrolment are kept", dataFolder);
  const devices = program.command("devices").description("the devices that may open this machine");
  withData(devices.command("list"))
    .description("devices that this machine knows, and whether it is locked")
    .action((flags: DataFlags) => run({ what: "list" }, flags));
  withData(devices.command("approve"))
    .description("approve the device whose page shows this string")
    .argument("<string>", "as the page shows it")
    .option("--label <label>", "what to call the device", "")
    .action((typed: string, flags: DataFlags & { label: string }) =>
      run({ what: "approve", typed, label: flags.label.slice(0, 64) }, flags),
    );
  withData(devices.command("link"))
    .description("show a link and QR code that approve the device which opens it")
    .action((flags: DataFlags) => run({ what: "link" }, flags));
  withData(devices.command("revoke"))
    .description("refuse a device from now on, and end what it has open")
    .argument("<device>", "its label, or how its key begins")
    .action((device: string, flags: DataFlags) => run({ what: "revoke", device }, flags));
  withData(program.command("lock"))
    .description("open for approved devices alone, whatever the dashboard's server says")
    .action((flags: DataFlags) => run({ what: "lock" }, flags));
  withData(program.command("unlock"))
    .description("take devices that the dashboard's server introduces")
    .action((flags: DataFlags) => run({ what: "unlock" }, flags));
  withData(program.command("rotate"))
    .description("give this machine new keys, signed by the old ones")
    .action((flags: DataFlags) => run({ what: "rotate" }, flags));
}
