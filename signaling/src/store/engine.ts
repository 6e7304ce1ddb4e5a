/** What differs between the two databases a store may stand on; everything else is one code. */
import type { TunnelError } from "@culvert/protocol";
import type { Dialect } from "kysely";

export interface Engine {
  readonly name: "sqlite" | "postgres";
  readonly dialect: Dialect;
  /** Why the database was out of reach when it was last asked; undefined where it answered. */
  fault(): TunnelError | undefined;
  /** Runs work that no other process of this installation does at the same time. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Gives back what the dialect's own end does not. */
  close(): Promise<void>;
}
