/** How a target is called on the machine that it belongs to: here, unlike for viewers, addresses are told. Pure. */
import type { TargetOptions } from "../services/index.ts";

/** Where an app lives, for lines. */
export interface TargetWords {
  /** `port 3000`, `nas.lan:80`, `the socket /run/app.sock`: completes "publishes app from …". */
  readonly name: string;
  /** The same with its preposition: completes "Nothing answers …". */
  readonly where: string;
}

/** The words for one. */
export function targetWords(target: TargetOptions): TargetWords {
  switch (target.type) {
    case "loopback":
      return { name: `port ${target.port}`, where: `on port ${target.port}` };
    case "lan": {
      const host = target.host.includes(":") ? `[${target.host}]` : target.host;
      return { name: `${host}:${target.port}`, where: `at ${host}:${target.port}` };
    }
    case "unix":
      return { name: `the socket ${target.path}`, where: `on the socket ${target.path}` };
    case "handler":
      return { name: "a handler", where: "in this process" };
    default:
      return target satisfies never;
  }
}
