/** The two snippets of README.md, to be run as they stand there. Lines between the markers are the README's. */
// begin agent
import { type AcceptorOptions, createAcceptor, type Path, type SessionContext } from "@culvert/protocol/endpoint";
import { receiveRequest } from "@culvert/protocol/http";

/** Answers every request of an admitted viewer with a greeting. */
export function serveGreeting(options: Omit<AcceptorOptions, "onTunnel">, path: Path, context: SessionContext): void {
  const acceptor = createAcceptor({
    ...options,
    onTunnel: (tunnel) =>
      tunnel.onStream(async (stream) => {
        const request = await receiveRequest(stream);
        const headers: [string, string][] = [["content-type", "text/plain"]];
        await request.writeHead({ status: 200, statusText: "OK", headers });
        await request.writeBody(new TextEncoder().encode(`You asked for ${request.head.path}`));
        await request.endBody();
      }),
  });
  acceptor.accept(path, context);
}

// end agent

// begin viewer
import { type OpenTunnelOptions, openTunnel } from "@culvert/protocol/endpoint";
import { sendRequest } from "@culvert/protocol/http";

/** Opens a tunnel over its first path and asks for one page. */
export async function askForPage(options: OpenTunnelOptions, page: string): Promise<string> {
  const tunnel = await openTunnel(options);
  const request = sendRequest(tunnel.openStream("http"), { method: "GET", path: page, headers: [], hasBody: false });
  const { status } = await request.readHead();
  let text = `${status} `;
  const decoder = new TextDecoder();
  for (let bytes = await request.readBody(); bytes !== null; bytes = await request.readBody()) {
    text += decoder.decode(bytes, { stream: true });
  }
  tunnel.close("closed", "done");
  return text;
}
// end viewer
