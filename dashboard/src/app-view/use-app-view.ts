/**
 * Runs an app view for as long as the page stands and gives what the page shows of it.
 * Invariant: one view at a time; it is closed when the page goes; the fragment follows the app, never a server.
 */
import type {
  AppFigures,
  AppInspector,
  AppLocation,
  AppSignInQuestion,
  AppTrouble,
  AppView,
  AppViewPath,
  AppViewState,
  BootStep,
  SignInAnswer,
} from "@culvert/browser-client";
import { type Code, TunnelError } from "@culvert/protocol";
import type { RemoteSession } from "@culvert/protocol/signaling";
import { useQueryClient } from "@tanstack/react-query";
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { accountQuery } from "../api/accounts.ts";
import { endSession } from "../api/sessions.ts";
import { socketProtocols } from "../proof/page-proof.ts";
import { isForeignArrival } from "../setup/arrival.ts";
import { pagePart } from "../setup/page-part.ts";
import { appPathAfter, appPathOf, fragmentOf } from "./app-address.ts";
import { PathHistory } from "./path-history.ts";

/** What is opened, and for whom: `accountId` is whose cookies the app gets. */
export interface AppViewTarget {
  readonly accountId: string;
  /** Grants a session; changes only with the target. */
  open(deviceKey: string): Promise<RemoteSession>;
  /** What stands in the fragment before the app's path; nothing in the App View's own address. */
  readonly fragmentPrefix?: string;
  /** Codes after which it is not tried again by itself, beside those that never are. The same array each time. */
  readonly alsoFinal?: readonly Code[];
}

/** What the page shows, and what its buttons do. */
export interface RunningAppView {
  /** Put this on the element that the app fills. */
  readonly stage: RefObject<HTMLDivElement | null>;
  readonly state: AppViewState;
  readonly paths: readonly AppViewPath[];
  /** What the paths did so far. */
  readonly history: PathHistory;
  /** What is under way; undefined until something was. */
  readonly figures: AppFigures | undefined;
  /** The requests of this view; undefined until it has begun. */
  readonly inspector: AppInspector | undefined;
  readonly location: AppLocation;
  readonly appOrigin: string | undefined;
  /** The app's icon, a data: address; undefined while it has none. */
  readonly icon: string | undefined;
  /** What of the app cannot work here, in the order in which it was found. */
  readonly troubles: readonly AppTrouble[];
  /** The oldest question of the app that is open. */
  readonly question: AppSignInQuestion | undefined;
  answerSignIn(questionId: number, answer: SignInAnswer | undefined): void;
  navigate(path: string): void;
  reload(): void;
  retry(): void;
}

const stepNames: readonly BootStep["name"][] = ["session", "relay", "agent", "direct", "worker", "app"];
const bootSteps = stepNames.map((name): BootStep => ({ name, state: "waiting", tookMs: undefined }));
const beginning: AppViewState = { phase: "connecting", steps: bootSteps };

/** Opens the service's app at the path that the fragment names. */
export function useAppView({ accountId, open, fragmentPrefix = "", alsoFinal }: AppViewTarget): RunningAppView {
  const queryClient = useQueryClient();
  const stage = useRef<HTMLDivElement>(null);
  const view = useRef<AppView>(undefined);
  const [state, setState] = useState(beginning);
  const [paths, setPaths] = useState<readonly AppViewPath[]>([]);
  const [history] = useState(() => new PathHistory());
  const [figures, setFigures] = useState<AppFigures>();
  const [inspector, setInspector] = useState<AppInspector>();
  const [appOrigin, setAppOrigin] = useState<string>();
  const [icon, setIcon] = useState<string>();
  const [troubles, setTroubles] = useState<readonly AppTrouble[]>([]);
  const [questions, setQuestions] = useState<readonly AppSignInQuestion[]>([]);
  const [location, setLocation] = useState<AppLocation>(() => ({
    path: appPathAfter(fragmentPrefix, window.location.hash),
    title: "",
  }));

  useEffect(() => {
    const container = stage.current;
    if (container === null) return;
    let gone = false;
    let shownPath = appPathAfter(fragmentPrefix, window.location.hash);
    const onRefused = (thrown: unknown): never => {
      const signedOut = thrown instanceof TunnelError && thrown.code === "unauthenticated";
      if (signedOut) void queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
      throw thrown;
    };
    const onLocation = (told: AppLocation): void => {
      const path = appPathOf(told.path);
      if (path !== shownPath) showInAddress(fragmentPrefix, path);
      shownPath = path;
      setLocation({ path, title: told.title });
    };
    const onState = (told: AppViewState): void => {
      if (gone) return;
      setState(told);
      setAppOrigin(view.current?.appOrigin);
    };
    const onHashChange = (): void => {
      const path = appPathAfter(fragmentPrefix, window.location.hash);
      if (path === shownPath) return;
      shownPath = path;
      view.current?.navigate(path);
    };
    pagePart(() => import("./engine.ts")).then(
      ({ openAppView }) => {
        if (gone) return;
        view.current = openAppView({
          container,
          initialPath: shownPath,
          accountId,
          isForeignOpening: isForeignArrival,
          ...(alsoFinal === undefined ? {} : { alsoFinal }),
          createSession: (deviceKey) => open(deviceKey).catch(onRefused),
          endSession,
          ...(socketProtocols === undefined ? {} : { socketProtocols }),
          onState,
          onLocation,
          onIcon: (told) => {
            if (!gone) setIcon(told);
          },
          onTrouble: (trouble) => {
            if (!gone) setTroubles((before) => [...before, trouble]);
          },
          onSignIn: (told) => {
            if (!gone) setQuestions(told);
          },
          onPaths: (told) => {
            if (gone) return;
            history.note(told, Date.now());
            setPaths(told);
          },
          onFigures: (told) => {
            if (!gone) setFigures(told);
          },
        });
        setInspector(view.current.inspector);
      },
      (thrown: unknown) => onState(engineMissing(thrown)),
    );
    window.addEventListener("hashchange", onHashChange);
    window.addEventListener("pageshow", reloadRestoredPage);
    return () => {
      gone = true;
      setIcon(undefined);
      setTroubles([]);
      setQuestions([]);
      setInspector(undefined);
      window.removeEventListener("hashchange", onHashChange);
      window.removeEventListener("pageshow", reloadRestoredPage);
      view.current?.close();
      view.current = undefined;
    };
  }, [open, fragmentPrefix, alsoFinal, accountId, queryClient, history]);

  return {
    stage,
    state,
    paths,
    ...{ history, figures, inspector },
    location,
    appOrigin,
    icon,
    troubles,
    question: questions[0],
    answerSignIn: useCallback((questionId, answer) => view.current?.answerSignIn(questionId, answer), []),
    navigate: useCallback((path) => view.current?.navigate(path), []),
    reload: useCallback(() => view.current?.reload(), []),
    retry: useCallback(() => {
      if (view.current === undefined) window.location.reload();
      else view.current.retry();
    }, []),
  };
}

/** Past the router, which would take each step of the app for a navigation of its own. */
function showInAddress(prefix: string, path: string): void {
  const fragment = `#${prefix}${fragmentOf(path).slice(1)}`;
  History.prototype.replaceState.call(window.history, window.history.state, "", fragment);
}

/** A page from the back-forward cache has a tunnel that was closed when it went. */
function reloadRestoredPage(event: PageTransitionEvent): void {
  if (event.persisted) window.location.reload();
}

function engineMissing(thrown: unknown): AppViewState {
  const { code, message, hint } = TunnelError.from(thrown);
  return { phase: "failed", code, message, hint, steps: bootSteps };
}
