/** A program that writes to a store without end, and says each write that was acknowledged: its parent kills it. */
import { writeSync } from "node:fs";
import { appendAudit } from "../src/audit/index.ts";
import { openStore } from "../src/store/index.ts";

const [dataFolder = "", databaseUrl, from = "0"] = process.argv.slice(2);
const store = await openStore(dataFolder, databaseUrl === "" ? undefined : databaseUrl);
for (let number = Number(from); ; number += 1) {
  await store.queries.transaction().execute(async (transaction) => {
    const row = {
      label: String(number),
      accountId: "a",
      serverId: "s",
      serviceId: "d",
      serviceName: "e",
      createdAt: number,
    };
    await transaction.insertInto("appOrigins").values(row).execute();
    const event = {
      accountId: "a",
      action: "open",
      subject: String(number),
      details: {},
      address: "",
      nowMs: number,
    } as const;
    await appendAudit(transaction, event);
  });
  // Written at once: what waits in a stream would die with the process, and the acknowledgement with it.
  writeSync(1, `${number}\n`);
}
