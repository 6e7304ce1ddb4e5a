/** The time as components see it: renewed at an interval, so that relative times stay true. */
import { useEffect, useState } from "react";

/** Now, in ms since 1970, renewed each `everyMs`. */
export function useNow(everyMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}
