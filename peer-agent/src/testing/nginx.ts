/** A real nginx for a test: on a unix socket, before a server of the test's own, with a log of what it took for requests. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What brings nginx to a machine that has none. */
export const nginxCommand = "apt-get install nginx";

/** Its program; undefined where there is none. */
export function findNginx(): string | undefined {
  return ["nginx", "/usr/sbin/nginx"].find((name) => spawnSync(name, ["-v"]).error === undefined);
}

/** True where tests on nginx run; on CI they always do. */
export function hasNginx(): boolean {
  if (findNginx() !== undefined || ![undefined, "", "0", "false"].includes(process.env.CI)) return true;
  console.warn(`Tests on nginx are skipped: it is missing; to bring it: ${nginxCommand}`);
  return false;
}

export interface Nginx {
  readonly socketPath: string;
  /** Ends it when its requests are over. Gives method and path of each that it took, in the order of their ends. Idempotent. */
  stop(): Promise<readonly string[]>;
}

/** Starts one before a server on a loopback port. */
export async function startNginx(upstreamPort: number): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), "culvert-nginx-"));
  const socketPath = join(folder, "nginx.sock");
  const logPath = join(folder, "access.log");
  const program = findNginx() ?? "nginx";
  writeFileSync(join(folder, "nginx.conf"), configuration(folder, upstreamPort));
  const child: ChildProcess = spawn(program, ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let words = "";
  child.stderr?.on("data", (part: Buffer) => (words += part.toString()));
  const ended = once(child, "close");
  await Promise.race([
    untilTaken(socketPath, () => child.exitCode !== null),
    ended.then(() => Promise.reject(new Error(`nginx ended: ${words}`))),
  ]);
  const stopNow = async (): Promise<readonly string[]> => {
    child.kill("SIGQUIT");
    await ended;
    const lines = existsSync(logPath) ? readFileSync(logPath, "utf8").split("\n").filter(Boolean) : [];
    rmSync(folder, { recursive: true });
    return lines;
  };
  let stopping: Promise<readonly string[]> | undefined;
  return {
    socketPath,
    stop() {
      stopping ??= stopNow();
      return stopping;
    },
  };
}

function configuration(folder: string, upstreamPort: number): string {
  return `
daemon off; master_process off; worker_processes 1;
pid ${folder}/nginx.pid; error_log stderr error;
events { worker_connections 512; }
http {
  log_format taken '$request_method $request_uri';
  access_log ${folder}/access.log taken;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f;
  uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  large_client_header_buffers 8 64k;
  upstream app { server 127.0.0.1:${upstreamPort}; keepalive 8; }
  server {
    listen unix:${folder}/nginx.sock;
    location / { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}
`;
}

/** Resolves when the socket takes a connection; nothing tells of it, so it is tried. */
async function untilTaken(path: string, isOver: () => boolean): Promise<void> {
  for (;;) {
    const taken = await new Promise<boolean>((resolve) => {
      const socket = connect(path, () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", () => resolve(false));
    });
    if (taken || isOver()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
