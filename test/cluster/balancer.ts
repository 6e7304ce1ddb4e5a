/**
 * A load balancer without memory, in front of several nodes: each connection goes to the next node that accepts it, or
 * to the preferred one while that does. What it carries it does not read.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Balancer {
  readonly port: number;
  /** Names and ports of nodes, in their order. */
  pointAt(nodes: ReadonlyMap<string, number>): void;
  /** New connections go to this node while it accepts; undefined: to each in turn. */
  prefer(name: string | undefined): void;
  /** The node that each connection still open goes to. */
  connections(): readonly string[];
  close(): Promise<void>;
}

/** Starts one that points nowhere yet. */
export async function startBalancer(): Promise<Balancer> {
  let nodes: ReadonlyMap<string, number> = new Map();
  let preferred: string | undefined;
  let turn = 0;
  const open = new Map<Socket, string>();
  const inOrder = (): [string, number][] => {
    const all = [...nodes];
    turn += 1;
    const turned = all.map((_, index) => all[(index + turn) % all.length]).filter((node) => node !== undefined);
    return turned.sort(([left], [right]) => Number(right === preferred) - Number(left === preferred));
  };
  const server = createServer(async (client) => {
    client.on("error", () => client.destroy());
    for (const [name, port] of inOrder()) {
      const upstream = await reach(port);
      if (upstream === undefined) continue;
      open.set(client, name);
      const end = () => {
        open.delete(client);
        client.destroy();
        upstream.destroy();
      };
      for (const socket of [client, upstream]) socket.on("error", end).on("close", end);
      client.pipe(upstream).pipe(client);
      return;
    }
    client.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    pointAt: (given) => {
      nodes = given;
    },
    prefer: (name) => {
      preferred = name;
    },
    connections: () => [...open.values()],
    close: async () => {
      for (const client of open.keys()) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function reach(port: number): Promise<Socket | undefined> {
  const socket = connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    socket.once("connect", () => resolve(socket)).once("error", () => resolve(undefined));
  });
}
