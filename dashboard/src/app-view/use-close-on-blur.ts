/** Closes what floats over the app when the app takes the focus: clicks inside its frame are not seen out here. */
import { useEffect } from "react";

/** Watches while `opened`. */
export function useCloseOnBlur(opened: boolean, setOpened: (opened: boolean) => void): void {
  useEffect(() => {
    if (!opened) return;
    const close = (): void => setOpened(false);
    window.addEventListener("blur", close);
    return () => window.removeEventListener("blur", close);
  }, [opened, setOpened]);
}
