/** What can be done with a running app, once for the bar, the menu and the keyboard. */
import {
  IconArrowBarUp,
  IconCheck,
  IconExternalLink,
  IconKeyboard,
  IconLink,
  IconListSearch,
  IconMaximize,
  IconMinimize,
  IconRefresh,
  IconShare2,
} from "@tabler/icons-react";
import { type ReactElement, useEffect, useMemo } from "react";
import { useCopy } from "../shell/copy-button.tsx";
import { type ShortcutCode, shortcutOf, shortcutWords } from "./shortcuts.ts";
import type { RunningAppView } from "./use-app-view.ts";

/** One of them. */
export interface BarAction {
  readonly name: string;
  readonly label: string;
  readonly icon: ReactElement;
  /** As a person reads it. */
  readonly shortcut: string | undefined;
  readonly code: ShortcutCode | undefined;
  readonly isInBar: boolean;
  readonly isDisabled: boolean;
  readonly isPressed?: boolean;
  /** Its words say what came of it. */
  readonly keepsTooltip?: boolean;
  /** It leads somewhere instead of doing something. */
  readonly href?: string;
  run(): void;
}

/** What the actions change beside the app. */
export interface FrameDeeds {
  readonly isInspecting: boolean;
  readonly isFullScreen: boolean;
  /** Undefined where a share cannot be made by who is here. */
  readonly share: (() => void) | undefined;
  toggleInspector(): void;
  toggleFullScreen(): void;
  hideBar(): void;
  showShortcuts(): void;
}

const copyLabels = { idle: "Copy link", copied: "Copied: it opens for you alone", refused: "The browser refused" };

/** The actions in their order; their keys work while the frame stands. */
export function useBarActions(view: RunningAppView, deeds: FrameDeeds): readonly BarAction[] {
  const { outcome, copy } = useCopy();
  const open = view.state.phase === "open";
  const { appOrigin, reload, location } = view;
  const actions = useMemo((): readonly BarAction[] => {
    const action = (
      name: string,
      [label, icon, code]: readonly [string, ReactElement, ShortcutCode?],
      rest: Partial<BarAction> & Pick<BarAction, "run">,
    ): BarAction => ({
      ...{ name, label, icon, code, shortcut: code && shortcutWords(code), isInBar: true, isDisabled: false },
      ...rest,
    });
    const copyIcon = outcome === "copied" ? <IconCheck size={16} /> : <IconLink size={16} />;
    const { isInspecting, isFullScreen, share } = deeds;
    return [
      action("reload", ["Reload the app", <IconRefresh key="" size={16} />, "KeyR"], {
        run: reload,
        isDisabled: !open,
      }),
      action("tab", ["Open the app in a tab of its own", <IconExternalLink key="" size={16} />], {
        isDisabled: !open || appOrigin === undefined,
        href: `${appOrigin ?? ""}${location.path}`,
        run: () => {},
      }),
      action("copy", [copyLabels[outcome], copyIcon, "KeyC"], {
        keepsTooltip: outcome !== "idle",
        run: () => void copy(window.location.href),
      }),
      ...(share === undefined
        ? []
        : [action("share", ["Share the app", <IconShare2 key="" size={16} />, "KeyS"], { run: share })]),
      action(
        "inspector",
        [isInspecting ? "Close the inspector" : "Inspect requests", <IconListSearch key="" size={16} />, "KeyI"],
        { run: deeds.toggleInspector, isPressed: isInspecting },
      ),
      action(
        "full-screen",
        [
          isFullScreen ? "Leave full screen" : "Full screen",
          isFullScreen ? <IconMinimize key="" size={16} /> : <IconMaximize key="" size={16} />,
          "KeyF",
        ],
        { run: deeds.toggleFullScreen },
      ),
      action("hide", ["Hide this bar", <IconArrowBarUp key="" size={16} />, "KeyB"], {
        isInBar: false,
        run: deeds.hideBar,
      }),
      action("shortcuts", ["Keyboard shortcuts", <IconKeyboard key="" size={16} />, "KeyK"], {
        isInBar: false,
        run: deeds.showShortcuts,
      }),
    ];
  }, [open, appOrigin, reload, location.path, outcome, copy, deeds]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const code = shortcutOf(event);
      const action = code === undefined ? undefined : actions.find((it) => it.code === code);
      if (action === undefined || action.isDisabled) return;
      event.preventDefault();
      action.run();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [actions]);
  return actions;
}
