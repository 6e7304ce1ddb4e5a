/**
 * The server of a load test as a process of its own: the real one without the bounds on one account and address, or
 * bare ws. Says its port, and what the bench needs, on a message to its parent.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createSignalingServer } from "@culvert/signaling";
import { WebSocketServer } from "ws";
import { openStore } from "../../../signaling/src/store/index.ts";
import { benchMachine } from "./machines.ts";

const [kind = "", dataFolder = "", machines = "0", owned = "0"] = process.argv.slice(2);

if (kind === "bare") {
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
  server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
} else if (kind === "seed") {
  const settings = { dataFolder, port: 0, stun: false, logLevel: "silent" } as const;
  const first = await createSignalingServer(settings);
  await first.createSignInLink();
  await first.close();
  await seed(Number(machines), Number(owned));
  process.send?.({ port: 0 }, () => process.exit(0));
} else {
  const many = 10_000_000;
  const server = await createSignalingServer({
    ...{ dataFolder, port: 0, stun: false, logLevel: "error" },
    rateLimits: { createSession: many, api: many, signIn: many, redeem: many },
    quotas: { sessionsPerAccount: many, socketsPerAddress: many, socketsPerAccount: many },
  });
  const { url } = await server.createSignInLink();
  process.send?.({ port: server.address.port, origin: server.dashboardOrigin, signInLink: url });
}

/** Writes machines into the store as if they had enrolled; the first ones are the owner's, the rest somebody else's. */
async function seed(count: number, ownerCount: number): Promise<void> {
  const store = await openStore(dataFolder);
  const { accountId } = await store.queries.selectFrom("members").select("accountId").executeTakeFirstOrThrow();
  await store.queries.transaction().execute(async (transaction) => {
    for (let number = 0; number < count; number += 1) {
      const { identityKey, serverId } = benchMachine(number);
      await transaction
        .insertInto("servers")
        .values({
          ...{ serverId, identityKey, accountId: number < ownerCount ? accountId : "somebody-else" },
          ...{
            label: `machine ${number}`,
            ownerLabel: null,
            ownerGroup: null,
            noiseKey: identityKey,
            noiseKeySignature: "A".repeat(86),
          },
          ...{ presence: null, minVersion: null, maxVersion: null, generation: 0, nodeId: null, endedAt: null },
          ...{ enrolledAt: number, lastConnectedAt: null, removedAt: null },
        })
        .execute();
    }
  });
  await store.close();
}
