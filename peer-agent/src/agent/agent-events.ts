/** What an agent tells the program that runs it. */
import type { Code } from "@culvert/protocol";
import type { PathKind } from "@culvert/protocol/endpoint";
import type { ServiceHealth } from "@culvert/protocol/signaling";
import type { AnsweredRequest } from "../services/index.ts";
import type { LinkState } from "../signaling-link/signaling-link.ts";

/** One thing that happened, in order. */
export type AgentEvent =
  | { readonly type: "link"; readonly state: LinkState }
  | { readonly type: "service"; readonly serviceName: string; readonly health: ServiceHealth }
  | { readonly type: "viewer-opened"; readonly viewerId: string; readonly serviceName: string }
  | { readonly type: "viewer-path"; readonly viewerId: string; readonly kind: PathKind; readonly isUp: boolean }
  | ({ readonly type: "request"; readonly viewerId: string; readonly serviceName: string } & AnsweredRequest)
  | {
      readonly type: "viewer-closed";
      readonly viewerId: string;
      readonly serviceName: string;
      readonly code: Code;
      readonly reason: string;
    };
