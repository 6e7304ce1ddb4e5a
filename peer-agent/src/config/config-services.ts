/** The services of a configuration as the agent takes them. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { TunnelError } from "@culvert/protocol";
import type { AgentService, ServiceOptions, TargetOptions } from "../services/index.ts";
import type { Config, ConfigService } from "./config-schema.ts";
import { writtenTarget } from "./written-target.ts";

/** What a handler's module may give. */
type Handler = Omit<Extract<TargetOptions, { type: "handler" }>, "type">;
const handlerKinds = ["fetch", "webSocket", "stream"] as const;
const handlerParts = [...handlerKinds, "terminals"] as const;

/** In order. Loads the modules of handlers, relative to `folder`. Rejects in words where one cannot be used. */
export async function configServices(config: Config, folder: string): Promise<AgentService[]> {
  const entries = Object.entries(config.services);
  return Promise.all(entries.map(([name, service]) => agentService(name, service, folder)));
}

async function agentService(name: string, service: ConfigService, folder: string): Promise<ServiceOptions> {
  const { policy, headers, probe, relay, limits, labels } = service;
  const written = typeof service.target === "object" ? undefined : writtenTarget(String(service.target));
  return {
    name,
    target: written?.target ?? (await targetOf(service.target, name, folder)),
    mode: service.mode ?? written?.mode,
    ...{ policy, headers, probe, relayPolicy: relay, limits, labels },
  };
}

async function targetOf(target: ConfigService["target"], name: string, folder: string): Promise<TargetOptions> {
  if (typeof target !== "object") return writtenTarget(String(target)).target;
  if (target.type !== "handler") return target;
  return { type: "handler", ...(await loadHandler(target, name, folder)) };
}

/** A module is loaded anew when its file has changed. */
async function loadHandler(
  { module, export: exportName = "default" }: { readonly module: string; readonly export?: string | undefined },
  name: string,
  folder: string,
): Promise<Handler> {
  const path = resolve(folder, module);
  const fault = (words: string, cause?: unknown) =>
    new TunnelError("invalid-request", `services.${name}: ${words}`, { cause, hint: "Correct the module's path." });
  const { mtimeMs } = await stat(path).catch((cause: unknown) => {
    throw fault(`there is no module ${path}`, cause);
  });
  const url = pathToFileURL(path);
  url.searchParams.set("changed", String(mtimeMs));
  const exports: Record<string, unknown> = await import(url.href).catch((cause: unknown) => {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw fault(`the module ${path} cannot be loaded: ${words}`, cause);
  });
  const given = exports[exportName] ?? (exportName === "default" ? exports : undefined);
  if (typeof given === "function") return { fetch: given } as Handler;
  if (typeof given === "object" && given !== null) {
    const found = handlerParts.filter((part) => typeof Reflect.get(given, part) === "function");
    if (handlerKinds.some((kind) => found.includes(kind)))
      return Object.fromEntries(found.map((kind) => [kind, Reflect.get(given, kind)])) as Handler;
  }
  throw fault(`the module ${path} exports neither a function nor an object with fetch, webSocket or stream`);
}
