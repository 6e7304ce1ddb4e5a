/** How the App View's frame stands: its bar, its inspector, its dialogs, full screen. */
import { useCallback, useEffect, useMemo, useState } from "react";
import type { FrameDeeds } from "./use-bar-actions.tsx";

const storageKey = "culvert.app-bar-hidden";

/** The frame's state, and what changes it. */
export interface FrameState extends FrameDeeds {
  readonly isBarHidden: boolean;
  readonly dialog: "shortcuts" | "share" | undefined;
  showBar(): void;
  closeDialog(): void;
}

/** `canShare`: who is here may make shares of this server. A hidden bar stays hidden in this browser; full screen hides it for its time. */
export function useFrame(canShare: boolean): FrameState {
  const [isHidden, setHidden] = useState(() => localStorage.getItem(storageKey) === "yes");
  const [isBarWanted, setBarWanted] = useState(false);
  const [isInspecting, setInspecting] = useState(false);
  const [dialog, setDialog] = useState<FrameState["dialog"]>();
  const [isFullScreen, setFullScreen] = useState(false);
  useEffect(() => {
    const onChange = (): void => {
      setFullScreen(document.fullscreenElement === document.documentElement);
      setBarWanted(false);
    };
    document.addEventListener("fullscreenchange", onChange);
    return () => document.removeEventListener("fullscreenchange", onChange);
  }, []);
  const hide = useCallback((isWanted: boolean): void => {
    setHidden(isWanted);
    setBarWanted(!isWanted);
    localStorage.setItem(storageKey, isWanted ? "yes" : "no");
  }, []);
  return useMemo(
    () => ({
      isBarHidden: isFullScreen ? !isBarWanted : isHidden,
      ...{ isInspecting, isFullScreen, dialog },
      share: canShare ? () => setDialog("share") : undefined,
      showBar: () => (isFullScreen ? setBarWanted(true) : hide(false)),
      hideBar: () => (isFullScreen ? setBarWanted(false) : hide(true)),
      toggleInspector: () => setInspecting((before) => !before),
      toggleFullScreen: () => {
        // A browser may refuse; then everything stays as it is.
        const change = isFullScreen ? document.exitFullscreen() : document.documentElement.requestFullscreen();
        change.catch(() => {});
      },
      showShortcuts: () => setDialog("shortcuts"),
      closeDialog: () => setDialog(undefined),
    }),
    [isFullScreen, isBarWanted, isHidden, isInspecting, dialog, canShare, hide],
  );
}
