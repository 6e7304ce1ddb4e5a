/** A real TURN server (coturn) on this machine, for tests of paths that lead over one. */
import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { IceServer } from "@culvert/protocol/signaling";
import { hasCoturn } from "../../signaling/test/coturn.ts";

/** Why tests of TURN are skipped here; undefined where they can run. */
export const noTurnServer: string | undefined = hasCoturn()
  ? undefined
  : "coturn is not installed (Debian: apt-get install coturn)";

/** A TURN server that runs. */
export interface TurnServer {
  readonly iceServers: readonly IceServer[];
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again at the same place. */
  restart(): Promise<void>;
}

/** Starts one on a free UDP port of 127.0.0.1, with a user of its own. */
export async function startTurnServer(): Promise<TurnServer> {
  const port = await freeUdpPort();
  let child = await run(port);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return {
    iceServers: [{ urls: [`turn:127.0.0.1:${port}?transport=udp`], username: "viewer", credential: "secret" }],
    kill,
    async restart() {
      await kill();
      child = await run(port);
    },
  };
}

async function run(port: number): Promise<ChildProcess> {
  const child = spawn(
    "turnserver",
    [
      ...["-n", "--listening-ip", "127.0.0.1", "--relay-ip", "127.0.0.1", "--listening-port", String(port)],
      ...["--lt-cred-mech", "--user", "viewer:secret", "--realm", "culvert.test", "--allow-loopback-peers"],
      ...["--no-tls", "--no-dtls", "--no-cli", "--no-multicast-peers", "--log-file", "stdout", "--simple-log"],
      ...["--pidfile", "/dev/null", "--no-tcp", "--no-tcp-relay", "--relay-threads", "1"],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const lines: string[] = [];
  for (const output of [child.stdout, child.stderr]) output?.on("data", (part) => lines.push(String(part)));
  const answered = answersAt(port, child);
  const ended = once(child, "exit").then(() => {
    throw new Error(`coturn ended: ${lines.join("").slice(-2_000)}`);
  });
  ended.catch(() => {});
  await Promise.race([answered, ended]);
  return child;
}

/** Resolves when a STUN binding request (RFC 8489 §5) is answered. */
async function answersAt(port: number, child: ChildProcess): Promise<void> {
  const socket = createSocket("udp4");
  const request = Buffer.from([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, ...new Array<number>(12).fill(7)]);
  const asking = setInterval(() => socket.send(request, port, "127.0.0.1"), 50);
  try {
    await Promise.race([once(socket, "message"), once(child, "exit")]);
  } finally {
    clearInterval(asking);
    socket.close();
  }
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address() as AddressInfo;
  socket.close();
  return port;
}
