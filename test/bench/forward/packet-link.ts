/**
 * The thread that carries IP packets between two ends of a TUN pair through an impaired link: what TCP and UDP meet there is
 * the same. Each end sends its packets as datagrams to a port of its own, from an address that is learnt from them.
 */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { createSystemClock } from "@culvert/protocol/endpoint";
import { ImpairedLink } from "../../network/impaired-link.ts";
import { type Direction, type LinkConditions, packetHeaderBytes } from "../../network/link-conditions.ts";

const { conditions } = workerData as { readonly conditions: Partial<LinkConditions> };
const clock = createSystemClock({ now: () => performance.now(), setTimeout, clearTimeout });
const link = new ImpairedLink({ seed: 1, clock });
link.set(conditions);

interface End {
  readonly socket: Socket;
  address: RemoteInfo | undefined;
}

const near = await openEnd();
const far = await openEnd();
carry(near, far, "to-agent");
carry(far, near, "to-viewer");
parentPort?.postMessage([near.socket.address().port, far.socket.address().port]);

async function openEnd(): Promise<End> {
  const socket = createSocket({ type: "udp4", recvBufferSize: 1_048_576, sendBufferSize: 1_048_576 });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { socket, address: undefined };
}

function carry(from: End, to: End, direction: Direction): void {
  from.socket.on("message", (packet, address) => {
    from.address = address;
    // The model adds the headers of IP and UDP to a payload; here they are in the packet.
    link.carry(direction, Math.max(0, packet.length - packetHeaderBytes), () => {
      if (to.address !== undefined) to.socket.send(packet, to.address.port, to.address.address);
    });
  });
}
