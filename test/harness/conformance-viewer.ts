/**
 * The loop that a viewer under test runs (docs/conformance.md), with our Node viewer: ask for a session, open it, and do
 * what `GET /next` says until the kit has no session left.
 */
import { connectTunnel, type ServiceConnection } from "@culvert/peer-agent/viewer";
import { remoteSessionSchema } from "@culvert/protocol/signaling";
import { type CaseResult, runKit } from "../../protocol/conformance/src/index.ts";

/** Results of the viewer's suite, with our Node viewer in this process. */
export async function testOwnViewer(only: readonly string[], patienceMs = 5_000): Promise<readonly CaseResult[]> {
  const over = new AbortController();
  let running: Promise<void> | undefined;
  const { results } = await runKit({
    ...{ host: "127.0.0.1", port: 0, appPort: null, role: "viewer", only, joinMs: 20_000, patienceMs },
    onListening: ({ port }) => {
      running = runViewerUnderTest(`http://127.0.0.1:${port}`, over.signal);
    },
  });
  over.abort();
  await running;
  return results;
}

/** Runs until the kit says that its suite is over, or the signal does. `kitUrl`: where it listens, `http://…`. */
export async function runViewerUnderTest(kitUrl: string, signal: AbortSignal): Promise<void> {
  for (let isOver = false; !isOver; ) {
    const createSession = async (deviceKey: string) => {
      // A kit that is gone asks for nothing more.
      isOver = true;
      const answer = await fetch(`${kitUrl}/api/servers/any/sessions`, {
        method: "POST",
        body: JSON.stringify({ deviceKey }),
      });
      isOver = answer.status === 410;
      return remoteSessionSchema.parse(await answer.json());
    };
    const service = await connectTunnel({ createSession, webrtc: "native" }).catch(() => undefined);
    if (service === undefined) continue;
    const close = (): void => void service.close();
    signal.addEventListener("abort", close);
    await followScript(service).catch(() => {});
    signal.removeEventListener("abort", close);
    await service.close();
  }
}

async function followScript(service: ServiceConnection): Promise<void> {
  for (;;) {
    const script = await (await service.fetch("/next")).text();
    await Promise.allSettled(script.split("\n").map((line) => doLine(service, line)));
  }
}

async function doLine(service: ServiceConnection, line: string): Promise<void> {
  const [verb, path = "/", size = "0"] = line.split(" ");
  if (verb === "GET") await (await service.fetch(path)).arrayBuffer();
  if (verb === "POST") await (await service.fetch(path, { method: "POST", body: new Uint8Array(Number(size)) })).text();
  if (verb === "WS") await echo(service, path);
}

async function echo(service: ServiceConnection, path: string): Promise<void> {
  const socket = new service.WebSocket(path);
  socket.binaryType = "arraybuffer";
  const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
  socket.addEventListener("open", () => socket.send("hello"));
  socket.addEventListener("message", (event) => socket.send((event as MessageEvent).data));
  await closed;
}
