/** The store's history, oldest first. Invariant: a migration that was released never changes; a new one is added. */
import type { Migration } from "kysely/migration";
import * as controlPlane from "./0001-control-plane.ts";
import * as signInOfSession from "./0002-sign-in-of-session.ts";
import * as members from "./0003-members.ts";
import * as sharing from "./0004-sharing.ts";
import * as rateCounters from "./0005-rate-counters.ts";
import * as cluster from "./0006-cluster.ts";
import * as appPorts from "./0007-app-ports.ts";
import * as overview from "./0008-overview.ts";
import * as serverGroups from "./0009-server-groups.ts";

/** Migrations by name; Kysely runs those not yet run in the order of their names. */
export const migrations: Record<string, Migration> = {
  "0001-control-plane": controlPlane,
  "0002-sign-in-of-session": signInOfSession,
  "0003-members": members,
  "0004-sharing": sharing,
  "0005-rate-counters": rateCounters,
  "0006-cluster": cluster,
  "0007-app-ports": appPorts,
  "0008-overview": overview,
  "0009-server-groups": serverGroups,
};
