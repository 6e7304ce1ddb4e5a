/** What the dashboard uses of the browser client: open an app view, watch its state, close it. */
import type { Code } from "@culvert/protocol";
import type { RemoteSession } from "@culvert/protocol/signaling";
import type { AppFigures, AppInspector } from "./inspector-api.ts";
import type { AppTrouble } from "./ports/trouble.ts";

export type { AppTrouble } from "./ports/trouble.ts";

/** The boot, step by step, with times for the person who waits. */
export interface BootStep {
  readonly name: "session" | "agent" | "relay" | "direct" | "worker" | "app";
  readonly state: "waiting" | "running" | "done" | "failed";
  readonly tookMs: number | undefined;
}

/** What the state line tells, truthfully. */
export type AppViewState =
  | { readonly phase: "connecting"; readonly steps: readonly BootStep[] }
  | {
      readonly phase: "open";
      readonly pathKind: "direct" | "turn" | "relay";
      /** Undefined until the first sample. */
      readonly rttMs: number | undefined;
      /** Why the last attempt at a direct path failed; absent while there is one, and before the first failed. */
      readonly directFault?: { readonly code: Code; readonly message: string; readonly hint: string };
      readonly steps: readonly BootStep[];
    }
  /** The tunnel is gone or its path is; a new attempt runs (number `attempt`) or waits for the server. */
  | {
      readonly phase: "lost";
      readonly code: Code;
      readonly message: string;
      readonly hint: string;
      readonly attempt: number;
      readonly steps: readonly BootStep[];
    }
  /** It will not come back by itself. */
  | {
      readonly phase: "failed";
      readonly code: Code;
      readonly message: string;
      readonly hint: string;
      readonly steps: readonly BootStep[];
    }
  | { readonly phase: "closed" };

/** One way that the app's bytes can take now. */
export interface AppViewPath {
  /** Never used twice in one tunnel. */
  readonly pathId: number;
  readonly kind: "direct" | "turn" | "relay";
  /** False where nothing moves on it at the moment and others carry what it did. */
  readonly isTrusted: boolean;
  /** Undefined until the first sample. */
  readonly rttMs: number | undefined;
  /** What this browser sends on it: small things, transfers, both, or nothing. The server decides for itself. */
  readonly carries: "none" | "interactive" | "bulk" | "all";
  /** Sealed bytes over the last half second or so; 0 while next to nothing moves. */
  readonly sentBytesPerSecond: number;
  readonly receivedBytesPerSecond: number;
  /** Sealed bytes since it came up. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** Where the app is, as its page reports (bounded, checked). `path`: path, query and hash within the app. */
export interface AppLocation {
  readonly path: string;
  readonly title: string;
}

/** An app asks by HTTP Basic who is there. `realm`: the app's own word for what it protects; it is data, not markup. */
export interface AppSignInQuestion {
  /** Never used twice in one App View. */
  readonly questionId: number;
  readonly realm: string;
  /** What was answered before was not right. */
  readonly isRejected: boolean;
}

/** What a person signs in to an app with. */
export interface SignInAnswer {
  readonly userName: string;
  readonly password: string;
}

/** What `openAppView` is given. */
export interface AppViewOptions {
  /** Where the app iframe and the hidden courier iframe are put. */
  readonly container: HTMLElement;
  /** Path, query and hash to open in the app, starting with `/`. */
  readonly initialPath: string;
  /**
   * True where another site led to this opening: the app gets it as a cross-site navigation, without its SameSite=Strict
   * cookies. What a person does in the page afterwards is their own.
   */
  readonly isForeignOpening?: boolean;
  /** Creates a remote session for this device; called at start and for each reconnect. Rejects with TunnelError. */
  createSession(deviceKey: string): Promise<RemoteSession>;
  /**
   * The page is done with a session, and may be going: whoever is told has to pass it on in a way that outlives the page.
   * Told of the session that was created last, once.
   */
  endSession?(session: RemoteSession): void;
  /** What each WebSocket to signaling is opened with, where the cookie alone does not let it in. */
  socketProtocols?(): Promise<readonly string[]>;
  /** Codes after which it is not tried again by itself, beside those that never are. */
  readonly alsoFinal?: readonly Code[];
  /** The account: part of the key under which cookies are kept. */
  readonly accountId: string;
  onState(state: AppViewState): void;
  onLocation(location: AppLocation): void;
  /** The icon of the page that the app shows, as a data: address of an image; undefined for none. */
  onIcon?(icon: string | undefined): void;
  /** Each trouble once; at most 64 in the life of an App View. */
  onTrouble?(trouble: AppTrouble): void;
  /** The questions that the app asks now; the oldest is the first. Each is answered by `answerSignIn`. */
  onSignIn?(questions: readonly AppSignInQuestion[]): void;
  /** All paths of the tunnel: when one comes, goes or is doubted, and about twice a second while bytes move. */
  onPaths?(paths: readonly AppViewPath[]): void;
  /** What is under way, when that changes, twice a second at most. */
  onFigures?(figures: AppFigures): void;
}

/** A running app view. */
export interface AppView {
  readonly state: AppViewState;
  /** Loads a path in the app iframe. */
  navigate(path: string): void;
  reload(): void;
  /** Try again now, where the state is `lost` or `failed`. */
  retry(): void;
  /** Answers a question, or with undefined leaves the app to what it shows those who do not sign in. */
  answerSignIn(questionId: number, answer: SignInAnswer | undefined): void;
  /** The service's own origin, once known. */
  readonly appOrigin: string | undefined;
  /** The requests of this view. */
  readonly inspector: AppInspector;
  /** Ends tunnel, worker port and iframes. Idempotent. */
  close(): void;
}
