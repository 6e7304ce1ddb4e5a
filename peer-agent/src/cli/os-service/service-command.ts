/** `culvert service install|uninstall|status|show`: the agent started by the system, from a culvert.yaml. */
import { spawn } from "node:child_process";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { TunnelError } from "@culvert/protocol";
import { loadConfig } from "../../config/config-file.ts";
import { identityPlace, loadEnrolment } from "../../identity/index.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Output } from "../output.ts";
import type { ServiceCommand } from "./service-files.ts";
import { type Call, type ServicePlace, servicePlace } from "./service-place.ts";

/** What was asked for. */
export interface ServiceWish {
  readonly what: "install" | "uninstall" | "status" | "show";
  readonly configPath: string | undefined;
  /** For the whole system, not one user. */
  readonly isSystem: boolean;
}

/** Does it. Resolves with the exit code; rejects in words. */
export async function runService(wish: ServiceWish, dataFolder: string, output: Output): Promise<number> {
  switch (wish.what) {
    case "install":
      return install(await checkedPlace(wish, dataFolder), dataFolder, output);
    case "show": {
      const { path, text, system } = await checkedPlace(wish, dataFolder);
      output.answer({ system, path, text }, [text.replace(/^\ufeff/, "").trimEnd()]);
      return exitCodes.done;
    }
    case "uninstall":
      return uninstall(anyPlace(wish, dataFolder), output);
    case "status":
      return status(anyPlace(wish, dataFolder), output);
    default:
      return wish.what satisfies never;
  }
}

async function install(place: ServicePlace, dataFolder: string, output: Output): Promise<number> {
  if ((await loadEnrolment(dataFolder)) === undefined) {
    const hint = "Enrol it first, where you can see the link: culvert connect <port> --server <dashboard>";
    throw new TunnelError("unauthenticated", "This machine is not enrolled anywhere yet", { hint });
  }
  if (place.system === "systemd (the system's)" && (await identityPlace(dataFolder)) === "keychain") {
    const hint = "Move them first: culvert keys move file. Or leave --system out: it then starts at your sign-in.";
    throw new TunnelError("unsupported", "The keys are in your keychain, which is closed when the system starts", {
      hint,
    });
  }
  await put(place);
  for (const call of place.install) await callOf(call, place);
  const words = [`The agent is started by ${place.system}: ${place.path}`, place.hint];
  const { marks } = output.palette;
  output.answer({ installed: true, path: place.path }, [`${marks.ready} ${words[0]}`, `${marks.note} ${words[1]}`]);
  return exitCodes.done;
}

async function uninstall(place: ServicePlace, output: Output): Promise<number> {
  const isThere = await isFile(place.path);
  if (isThere) for (const call of place.uninstall) await callOf(call, place).catch(() => {});
  await rm(place.path, { force: true });
  const words = isThere ? `${place.system} starts the agent no more.` : `${place.system} did not start the agent.`;
  output.answer({ uninstalled: isThere }, [`${output.palette.marks.note} ${words} Keys and enrolment stay.`]);
  return exitCodes.done;
}

async function status(place: ServicePlace, output: Output): Promise<number> {
  if (!(await isFile(place.path))) {
    const hint = "Install it: culvert service install";
    output.error(new TunnelError("not-found", `No service is installed at ${place.path}`, { hint }));
    return exitCodes.notRunning;
  }
  const { exitCode, text } = await called(place.status);
  output.answer({ isRunning: exitCode === 0, text }, [text.trimEnd()]);
  return exitCode === 0 ? exitCodes.done : exitCodes.notRunning;
}

/** A configuration that cannot be read would make a service that only fails. */
async function checkedPlace(wish: ServiceWish, dataFolder: string): Promise<ServicePlace> {
  const { path } = await loadConfig(wish.configPath, dataFolder);
  return servicePlace(commandFor(path, dataFolder), wish.isSystem);
}

function anyPlace(wish: ServiceWish, dataFolder: string): ServicePlace {
  return servicePlace(commandFor(wish.configPath ?? "culvert.yaml", dataFolder), wish.isSystem);
}

function commandFor(configPath: string, dataFolder: string): ServiceCommand {
  return {
    nodePath: process.execPath,
    scriptPath: fileURLToPath(new URL("../culvert.mjs", import.meta.url)),
    configPath: resolve(configPath),
    dataFolder: resolve(dataFolder),
  };
}

async function put({ path, text, encoding }: ServicePlace): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { encoding, mode: 0o644 });
  } catch (cause) {
    const hint = "Run it with sudo for --system, or leave --system out. `culvert service show` writes the file's text.";
    throw new TunnelError("forbidden", `${path} cannot be written`, { cause, hint });
  }
}

async function callOf(call: Call, { path }: ServicePlace): Promise<void> {
  const { exitCode, text } = await called(call);
  if (exitCode === 0) return;
  const words = text.trim().split("\n", 1)[0] ?? "";
  const hint = `The file is in place: ${path}. Run the command yourself when it can: ${call.join(" ")}`;
  throw new TunnelError("unavailable", `${call.join(" ")} failed: ${words}`, { hint });
}

/** Runs a program to its end. */
function called([program, ...args]: Call): Promise<{ readonly exitCode: number; readonly text: string }> {
  return new Promise((resolveCall) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
    }
    child.once("error", (error) => resolveCall({ exitCode: 127, text: error.message }));
    child.once("close", (exitCode) => resolveCall({ exitCode: exitCode ?? 1, text }));
  });
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
