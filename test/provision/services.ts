/** Programs that tests start or call: the machine's own, else Debian's, installed where that is possible. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { findNginx, nginxCommand } from "../../peer-agent/src/testing/nginx.ts";
import { coturnCommand, findCoturn } from "../../signaling/test/coturn.ts";
import { findNats, natsCommand } from "../../signaling/test/nats.ts";
import { findPostgres, postgresCommand } from "../../signaling/test/postgres.ts";
import { findTmux, tmuxCommand } from "../../terminal/src/testing/tmux.ts";
import type { Provision } from "./chromium.ts";

interface Service {
  readonly what: string;
  readonly command: string;
  find(): string | undefined;
}

const openssl: Service = {
  what: "OpenSSL",
  command: "apt-get install openssl",
  find: () => (spawnSync("openssl", ["version"]).error === undefined ? "openssl" : undefined),
};

const services = {
  postgres: { what: "PostgreSQL", command: postgresCommand, find: findPostgres },
  nats: { what: "NATS", command: natsCommand, find: findNats },
  coturn: { what: "coturn", command: coturnCommand, find: findCoturn },
  nginx: { what: "nginx", command: nginxCommand, find: findNginx },
  tmux: { what: "tmux", command: tmuxCommand, find: findTmux },
  openssl,
} satisfies Record<string, Service>;

/** Finds a program, and installs them first where this is Debian and we are root. `say` is told of that. */
export function provideService(name: keyof typeof services, say: (line: string) => void): Provision {
  const { what, command, find } = services[name];
  const found = find();
  if (found !== undefined) return { type: "found", path: found };
  if (existsSync("/etc/debian_version") && process.getuid?.() === 0) {
    say(`Installing ${what}: ${command}`);
    const [program = "", ...args] = command.split(" ");
    for (const words of [
      ["update", "-q"],
      [...args, "-q", "-y", "--no-install-recommends"],
    ]) {
      spawnSync(program, words, {
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      });
    }
    const installed = find();
    if (installed !== undefined) return { type: "found", path: installed };
  }
  return { type: "missing", what, command: `sudo ${command}` };
}
