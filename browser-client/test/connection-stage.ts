/** A viewer connection on a fake clock, over an agent in memory, with all that it told. */
import type { RemoteSession } from "@culvert/protocol/signaling";
import { createFakeClock } from "@culvert/protocol/testing";
import type { AppViewPath } from "../src/app-view-api.ts";
import type { ConnectionState } from "../src/core/connection-state.ts";
import { ViewerConnection } from "../src/core/viewer-connection.ts";
import { FakeAgent, remoteSession } from "./fake-agent.ts";

/** A connection that was not started yet, the agent behind it, and what the page would be told. */
export function setUpConnection(session: () => Promise<RemoteSession> = async () => remoteSession()) {
  const clock = createFakeClock();
  const agent = new FakeAgent(clock);
  const states: ConnectionState[] = [];
  const paths: (readonly AppViewPath[])[] = [];
  const steps: string[] = [];
  let sessions = 0;
  const connection = new ViewerConnection({
    clock,
    random: () => 1,
    createSession: () => {
      sessions += 1;
      return session();
    },
    joinRelay: (granted) => agent.joinRelay(granted),
    openTunnel: (opening) => agent.openTunnel(opening),
    peers: agent.peers,
    onSession: () => {},
    onAppAddress: () => {},
    onStep: (step, state) => steps.push(`${step} ${state}`),
    onPaths: (told) => paths.push(told),
    onState: (state) => states.push(state),
  });
  const phases = (): string[] => {
    const names = states.map((state) => ("code" in state ? `${state.phase} ${state.code}` : state.phase));
    return names.filter((name, index) => name !== names[index - 1]);
  };
  const echo = async (): Promise<string> => {
    const stream = await connection.openStream("http");
    await stream.write(new TextEncoder().encode("hello"));
    stream.end();
    return new TextDecoder().decode((await stream.read()) ?? undefined);
  };
  const serve = (): void => {
    agent.tunnels.at(-1)?.onStream(async (stream) => {
      for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) await stream.write(bytes);
      stream.end();
    });
  };
  return { clock, agent, connection, states, paths, steps, phases, echo, serve, sessions: () => sessions };
}

/** A connection with its direct path up and an agent that echoes. */
export async function openedConnection() {
  const parts = setUpConnection();
  parts.connection.start();
  await parts.clock.advance(100);
  parts.serve();
  return parts;
}
