/** The words of `culvert devices`, `lock`, `unlock`, `rotate` and `keys`. */
import { Argument, type Command } from "commander";
import type { IdentityPlace } from "../../identity/index.ts";
import type { DevicesWish } from "../devices-command.ts";
import { type CommandFrame, type CommonFlags, examples, withCommonFlags } from "./command-frame.ts";

const places: readonly IdentityPlace[] = ["file", "keychain"];

/** Adds them. */
export function addTrustCommands(program: Command, frame: CommandFrame): void {
  const obey = (wish: DevicesWish, flags: CommonFlags) =>
    frame.run(flags, async ({ dataFolder, output }) =>
      (await import("../devices-command.ts")).runDevices(wish, dataFolder, output),
    );
  const common = (command: Command) => withCommonFlags(command, frame);

  const devices = program
    .command("devices")
    .description("the devices that may open this machine")
    .addHelpText(
      "after",
      examples(
        ["culvert devices approve k7xm-2qpa-mm3n-z5de --label phone", "let in the device whose page shows this string"],
        ["culvert devices revoke phone", "refuse it from now on, and end what it has open"],
      ),
    );
  common(devices.command("list"))
    .description("devices that this machine knows, and whether it is locked")
    .action((flags: CommonFlags) => obey({ what: "list" }, flags));
  common(devices.command("approve"))
    .description("approve the device whose page shows this string")
    .argument("<string>", "as the page shows it")
    .option("--label <label>", "what to call the device", "")
    .action((typed: string, flags: CommonFlags & { label: string }) =>
      obey({ what: "approve", typed, label: flags.label.slice(0, 64) }, flags),
    );
  common(devices.command("link"))
    .description("show a link and QR code that approve the device which opens it")
    .action((flags: CommonFlags) => obey({ what: "link" }, flags));
  common(devices.command("revoke"))
    .description("refuse a device from now on, and end what it has open")
    .argument("<device>", "its label, or how its words or its key begin")
    .action((device: string, flags: CommonFlags) => obey({ what: "revoke", device }, flags));
  common(program.command("lock"))
    .description("open for approved devices alone, whatever the dashboard's server says")
    .action((flags: CommonFlags) => obey({ what: "lock" }, flags));
  common(program.command("unlock"))
    .description("take devices that the dashboard's server introduces")
    .action((flags: CommonFlags) => obey({ what: "unlock" }, flags));
  common(program.command("rotate"))
    .description("give this machine new keys, signed by the old ones")
    .action((flags: CommonFlags) => obey({ what: "rotate" }, flags));
  const keys = program
    .command("keys")
    .description("where this machine's private keys lie")
    .addHelpText(
      "after",
      examples(["culvert keys move keychain", "out of the data folder, into the system's keychain"]),
    );
  common(keys.command("show"))
    .description("say where they lie")
    .action((flags: CommonFlags) =>
      frame.run(flags, async ({ dataFolder, output }) =>
        (await import("../keys-command.ts")).showKeys(dataFolder, output),
      ),
    );
  common(keys.command("move"))
    .description("move them; the machine stays the same server")
    .addArgument(new Argument("<place>", "a file in the data folder (0600), or the system's keychain").choices(places))
    .action((place: IdentityPlace, flags: CommonFlags) =>
      frame.run(flags, async ({ dataFolder, output }) =>
        (await import("../keys-command.ts")).moveKeys(place, dataFolder, output),
      ),
    );
}
