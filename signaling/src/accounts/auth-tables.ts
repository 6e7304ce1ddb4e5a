/** The auth library's tables without a server: for a restore, which fills them before the first start. */
import { passkey } from "@better-auth/passkey";
import { getMigrations } from "better-auth/db/migration";
import type { Store } from "../store/index.ts";
import { keyField } from "./session-key.ts";

/** Makes them where they are missing. A server's own start adds what its settings need beside. */
export async function makeAuthTables(store: Store): Promise<void> {
  await store.exclusively(async () => {
    const { runMigrations } = await getMigrations({
      database: { db: store.rawQueries, type: store.engine, transaction: false },
      emailAndPassword: { enabled: true },
      session: { additionalFields: { ...keyField } },
      plugins: [passkey()],
      telemetry: { enabled: false },
      logger: { disabled: true },
    });
    await runMigrations();
  });
}
