/** What the App View page and the core say to each other, by postMessage or, where the core runs in the page, directly. */
import type { Code } from "@culvert/protocol";
import type { RemoteSession } from "@culvert/protocol/signaling";
import type { AppLocation, AppSignInQuestion, AppTrouble, AppViewPath, SignInAnswer } from "../app-view-api.ts";
import type { AppFigures } from "../inspector-api.ts";
import type { FromPeers, ToPeers } from "../webrtc/peer-messages.ts";
import type { ConnectionState, ConnectionStep } from "./connection-state.ts";
import type { FromInspection, ToInspection } from "./inspection.ts";

/** What a core is told at its start. */
export interface CoreStart {
  readonly type: "start";
  /** Random; names this core to service workers. */
  readonly bootId: string;
  readonly accountId: string;
  readonly dashboardOrigin: string;
  /** Address of the App View page, without fragment. */
  readonly appViewUrl: string;
  /** As the App View's option. */
  readonly alsoFinal?: readonly Code[];
  /** Sockets need what comes with a session, so none is opened before it. */
  readonly needsSocketProtocols?: true;
}

/** A fresh service port for a worker; transferred. `lock`: what the courier holds that brings the port there. */
export interface WorkerPort {
  readonly type: "worker-port";
  readonly port: MessagePort;
  readonly lock?: string;
}

/** Page → core. */
export type PageToViewerCore =
  | CoreStart
  | {
      readonly type: "session";
      readonly requestId: number;
      readonly session: RemoteSession;
      readonly socketProtocols: readonly string[];
    }
  | {
      readonly type: "session-failed";
      readonly requestId: number;
      readonly code: Code;
      readonly message: string;
      readonly hint: string;
    }
  | WorkerPort
  | { readonly type: "retry" }
  /** Undefined: the person would not. */
  | { readonly type: "sign-in-answer"; readonly questionId: number; readonly answer: SignInAnswer | undefined }
  /** The page woke or the network may be another: paths have to answer. */
  | { readonly type: "awake" }
  | { readonly type: "close" }
  | ToInspection
  | FromPeers;

/** Core → page. */
export type ViewerCoreToPage =
  /** Asks for a remote session; answered by `session` or `session-failed` with the same id. */
  | { readonly type: "need-session"; readonly requestId: number; readonly deviceKey: string }
  | { readonly type: "step"; readonly step: ConnectionStep; readonly state: "running" | "done" | "failed" }
  | { readonly type: "connection"; readonly state: ConnectionState }
  | { readonly type: "paths"; readonly paths: readonly AppViewPath[] }
  /** The app's first answer is on its way to the app iframe. */
  | { readonly type: "answered" }
  | { readonly type: "location"; readonly location: AppLocation }
  | { readonly type: "icon"; readonly icon: string | undefined }
  | { readonly type: "trouble"; readonly trouble: AppTrouble }
  /** All that are open. */
  | { readonly type: "sign-in"; readonly questions: readonly AppSignInQuestion[] }
  /** When they change, twice a second at most. */
  | { readonly type: "figures"; readonly figures: AppFigures }
  | FromInspection
  | ToPeers;
