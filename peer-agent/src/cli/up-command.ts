/** `culvert up`: publishes what a culvert.yaml says, and follows its changes without dropping a tunnel. */
import { TunnelError } from "@culvert/protocol";
import { type LoadedConfig, loadConfig, loadConfigText } from "../config/config-file.ts";
import { watchConfig } from "../config/config-watch.ts";
import type { LibraryChoice } from "../webrtc/index.ts";
import { type AgentRun, runAgent } from "./agent-run.ts";
import { exitCodes } from "./exit-codes.ts";
import type { AgentStatus } from "./local/agent-status.ts";
import { errorWords, type Output, writeError } from "./output.ts";

/** What the command was given; flags count before the file. */
export interface UpOptions {
  readonly configPath: string | undefined;
  readonly dataFolder: string;
  readonly serverUrl: string | undefined;
  readonly enrolmentCode: string | undefined;
  readonly label: string;
  readonly isLabelAsked: boolean;
  /** Undefined where no flag was given. */
  readonly webrtc: LibraryChoice | undefined;
  readonly isLive: boolean;
  readonly graceMs: number;
}

/** Runs until `signal` aborts or the control plane turns the agent away. Resolves with the exit code; never rejects. */
export async function runUp(options: UpOptions, output: Output, signal: AbortSignal): Promise<number> {
  let loaded: LoadedConfig;
  try {
    loaded = await loadConfig(options.configPath, options.dataFolder);
  } catch (thrown) {
    writeError(output, thrown);
    return exitCodes.failed;
  }
  const { config, path, services } = loaded;
  const inForce = new ConfigInForce(loaded);
  const { label, isLabelAsked } = options;
  return runAgent(
    {
      ...{ dataFolder: options.dataFolder, enrolmentCode: options.enrolmentCode, isLive: options.isLive, services },
      graceMs: options.graceMs,
      serverUrl: options.serverUrl ?? config.server,
      label: isLabelAsked ? label : (config.label ?? label),
      isLabelAsked: isLabelAsked || config.label !== undefined,
      webrtc: options.webrtc ?? config.webrtc,
      config: () => inForce.status,
      onRunning(run) {
        const onText = (text: string | undefined) => inForce.change(text, run);
        const watch = watchConfig({ path, text: loaded.text, onText });
        const look = () => void watch.look();
        // From a terminal the signal means that its window was closed.
        if (process.stdin.isTTY !== true) process.on("SIGHUP", look);
        return () => {
          process.off("SIGHUP", look);
          watch.stop();
        };
      },
    },
    output,
    signal,
  );
}

/** What holds of a configuration, and why what stands in the file does not. */
class ConfigInForce {
  #loaded: LoadedConfig;
  #loadedAt = Date.now();
  #fault: string | null = null;

  constructor(loaded: LoadedConfig) {
    this.#loaded = loaded;
  }

  get status(): AgentStatus["config"] {
    return { path: this.#loaded.path, loadedAt: this.#loadedAt, fault: this.#fault };
  }

  /** Puts a new text in force, or keeps what holds and says why. Never rejects. */
  async change(text: string | undefined, run: AgentRun): Promise<void> {
    const { path } = this.#loaded;
    try {
      if (text === undefined) throw new TunnelError("not-found", `${path} is gone`, { hint: "Put it back." });
      const loaded = await loadConfigText(path, text);
      await run.replaceServices(loaded.services);
      const later = waitsForStart(this.#loaded, loaded);
      this.#loaded = loaded;
      this.#loadedAt = Date.now();
      this.#fault = null;
      run.note(`${path} is in force: ${loaded.services.map(({ name }) => name).join(", ")}.`, "ready");
      if (later.length > 0) run.note(`What changed in ${later.join(", ")} holds from the next start.`, "degraded");
    } catch (thrown) {
      const words = errorWords(TunnelError.from(thrown));
      this.#fault = words;
      run.note(`The configuration stays as it was. ${words}`, "degraded");
    }
  }
}

/** Changed keys that an agent reads once. */
function waitsForStart(before: LoadedConfig, after: LoadedConfig): string[] {
  return (["server", "label", "webrtc"] as const).filter((key) => before.config[key] !== after.config[key]);
}
