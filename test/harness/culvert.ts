/**
 * A whole Culvert for a test, as processes on free ports with fresh data: signaling behind a recorder, an agent that can
 * be killed and started again. The app is the test's own. Invariant: after `stop` nothing of it is left.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RelayPolicy } from "@culvert/protocol/signaling";
import type { Program } from "../../deploy/local/program.ts";
import { startAgent, startSignaling } from "../../deploy/local/programs.ts";
import { startImpairedAgent } from "../network/impaired-agent-program.ts";
import { type Recorder, startRecorder } from "./recorder.ts";

/** What to start. */
export interface CulvertOptions {
  readonly appPort: number;
  readonly webrtc: "werift" | "native";
  /** What is kept of the traffic with signaling. */
  readonly recording: "bytes" | "count";
  /** Where apps have their origins; names below the dashboard's where it is left out. */
  readonly layout?: AppLayout;
  /** How far the relay may carry the app; the agent's default where it is left out. */
  readonly relayPolicy?: RelayPolicy | undefined;
  /** Further words of `culvert connect`; behind a link those of terminals alone. */
  readonly agentWords?: readonly string[] | undefined;
  /** `Link.url` of an impaired link that the agent's data channels lead through; without it they go straight. */
  readonly linkUrl?: string | undefined;
}

/** `port`: apps are ports of the dashboard's host, `localhost`. */
export type AppLayout = "subdomain" | "port";

/** More than any test opens apps. */
const appPortCount = 6;

/** A Culvert that runs, its agent online. */
export interface Culvert {
  readonly dashboardOrigin: string;
  /** Host and port of the dashboard; app origins are below it, or at other ports of its name. */
  readonly dashboardHost: string;
  readonly serverLabel: string;
  /** The app as the agent reaches it. */
  readonly appAddress: string;
  /** Signs the owner in, once. */
  readonly signInLink: string;
  /** Everything between signaling and its clients passes here. */
  readonly recorder: Recorder;
  /** Folder of signaling's store and keys. */
  readonly signalingData: string;
  /** Folder of the agent's keys, devices and shares. */
  readonly agentData: string;
  /** What the programs have written lately. */
  readonly logs: { readonly signaling: () => readonly string[]; readonly agent: () => readonly string[] };
  /** Ends signaling at once, as a power cut would, and starts it again on the same data. Its sockets are gone. */
  restartSignaling(): Promise<void>;
  /** Sends the agent a signal: SIGSTOP and SIGCONT as a laptop's sleep, SIGUSR2 where it is behind a link. */
  signalAgent(signal: "SIGSTOP" | "SIGCONT" | "SIGUSR2"): void;
  /** Ends the agent at once, as a power cut would. */
  killAgent(): Promise<void>;
  /** Ends the agent by a signal: SIGTERM lets it say goodbye, SIGKILL does not. Resolves when it has gone. */
  endAgent(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Starts the agent again with the same enrolment. */
  startAgent(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it. Rejects with a program's own words where one cannot run, and leaves nothing behind then either. */
export async function startCulvert(options: CulvertOptions): Promise<Culvert> {
  const folder = mkdtempSync(join(tmpdir(), "culvert-test-"));
  const signalingData = join(folder, "signaling");
  const programs: Program[] = [];
  const hasAppPorts = options.layout === "port";
  const recorder = await startRecorder({
    keepsBytes: options.recording === "bytes",
    appPortCount: hasAppPorts ? appPortCount : 0,
  });
  const stop = async (): Promise<void> => {
    for (const program of programs.toReversed()) await program.stop();
    await recorder.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const origin = `http://${hasAppPorts ? "" : "culvert."}localhost:${recorder.port}`;
    const runSignaling = () =>
      startSignaling({
        dataFolder: signalingData,
        port: 0,
        nextFreePort: false,
        origin,
        ...(hasAppPorts
          ? { appPorts: `${recorder.appPorts.at(0)}-${recorder.appPorts.at(-1)}`, isBehindProxy: true }
          : {}),
        logLevel: "debug",
        onProgram: (program) => programs.push(program),
      });
    let signaling = await runSignaling();
    recorder.pointAt(signaling.port);
    const runAgent = async (enrolmentCode: string | undefined): Promise<Program> => {
      const agentOptions = {
        dataFolder: join(folder, "agent"),
        dashboardOrigin: origin,
        enrolmentCode,
        label: "test-laptop",
        appPort: options.appPort,
        serviceName: "app",
        webrtc: options.webrtc,
        relayPolicy: options.relayPolicy,
        words: options.agentWords,
        onProgram: (started: Program) => programs.push(started),
      };
      const { linkUrl } = options;
      const { program } = await (linkUrl === undefined
        ? startAgent(agentOptions)
        : startImpairedAgent({ ...agentOptions, linkUrl }));
      return program;
    };
    let agent = await runAgent(signaling.enrolmentCode);
    return {
      dashboardOrigin: origin,
      dashboardHost: new URL(origin).host,
      serverLabel: "test-laptop",
      appAddress: `http://127.0.0.1:${options.appPort}`,
      signInLink: signaling.signInLink,
      restartSignaling: async () => {
        await signaling.program.kill();
        recorder.cut();
        signaling = await runSignaling();
        recorder.pointAt(signaling.port);
      },
      signalAgent: (signal) => {
        if (agent.pid === undefined) throw new Error("The agent does not run.");
        process.kill(agent.pid, signal);
      },
      recorder,
      signalingData,
      agentData: join(folder, "agent"),
      logs: { signaling: () => signaling.program.lines, agent: () => agent.lines },
      killAgent: async () => {
        await agent.kill();
      },
      endAgent: async (signal) => {
        await (signal === "SIGKILL" ? agent.kill() : agent.stop());
      },
      startAgent: async () => {
        agent = await runAgent(undefined);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
