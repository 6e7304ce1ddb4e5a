/** OpenSSH of this machine, as what `culvert forward` is compared with: a server of its own, and `ssh -L`. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Side, Way } from "./long-way.ts";

/** A server that runs on the far side. */
export interface RemoteShell {
  readonly port: number;
  /** The client's words up to where options go; the key and the server's own key are known. `host`, `port`: as it is reached. */
  clientWords(host: string, port: number): readonly string[];
  /** Brings ports of the far side's loopback to ports of the near side's. Rejects where it does not come up. */
  forward(ports: readonly { readonly near: number; readonly far: number }[]): Promise<void>;
  close(): Promise<void>;
}

/** Starts it on a port of the far side. */
export async function startRemoteShell({ near, far }: Way, port: number): Promise<RemoteShell> {
  const folder = mkdtempSync(join(tmpdir(), "culvert-ssh-"));
  const path = (name: string) => join(folder, name);
  for (const name of ["host", "user"]) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path(name)]);
  writeFileSync(path("authorized_keys"), readFileSync(path("user.pub")), { mode: 0o600 });
  mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const settings = [
    ...[`Port ${port}`, `ListenAddress ${far.address}`, "ListenAddress 127.0.0.1", `HostKey ${path("host")}`],
    ...[`AuthorizedKeysFile ${path("authorized_keys")}`, "StrictModes no", "UsePAM no", "PidFile none"],
    ...["PasswordAuthentication no", "PermitRootLogin yes"],
  ];
  writeFileSync(path("sshd_config"), `${[...new Set(settings)].join("\n")}\n`);
  const processes: ChildProcess[] = [];
  const run = (side: Side, ...words: readonly string[]) => {
    const [program = "", ...args] = [...side.within, ...words];
    const child = spawn(program, args, { stdio: "ignore" });
    processes.push(child);
    return child;
  };
  run(far, "/usr/sbin/sshd", "-D", "-e", "-f", path("sshd_config"));
  const clientWords = (host: string, at: number) => [
    ...["ssh", "-q", "-p", String(at), "-i", path("user"), "-o", "StrictHostKeyChecking=no"],
    ...["-o", "UserKnownHostsFile=/dev/null", "-o", "ExitOnForwardFailure=yes", `root@${host}`],
  ];
  return {
    port,
    clientWords,
    async forward(ports) {
      const forwards = ports.flatMap((one) => ["-L", `127.0.0.1:${one.near}:127.0.0.1:${one.far}`]);
      const client = run(near, ...clientWords(far.address, port), "-N", ...forwards);
      for (let tries = 0; tries < 200; tries += 1) {
        if (client.exitCode !== null) break;
        const [program = "", ...args] = [...near.within, "ss", "-Hltn"];
        const listening = execFileSync(program, args, { encoding: "utf8" });
        if (ports.every((one) => listening.includes(`127.0.0.1:${one.near} `))) return;
        await setTimeout(100);
      }
      throw new Error(`ssh -L does not come up (exit code ${client.exitCode})`);
    },
    async close() {
      for (const child of processes.toReversed()) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
