/** What is kept of one request, asked of the core again while it changes. */
import type { AppInspector, InspectedDetail, InspectedRequest } from "@culvert/browser-client";
import { useEffect, useRef, useState } from "react";

/** A person reads no faster. */
const refreshMs = 300;

/** Undefined until the core has answered for this request. `revision`: beside the request, what changes the answer. */
export function useDetail(
  inspector: AppInspector,
  request: InspectedRequest,
  revision: unknown,
): InspectedDetail | undefined {
  const [detail, setDetail] = useState<InspectedDetail>();
  const wanted = useRef<readonly [InspectedRequest, unknown]>([request, revision]);
  wanted.current = [request, revision];
  const { id } = request;
  useEffect(() => {
    let gone = false;
    let isAsking = false;
    let answered: readonly [InspectedRequest, unknown] | undefined;
    const ask = (): void => {
      const [askedFor, askedAt] = wanted.current;
      if (isAsking || (answered?.[0] === askedFor && answered[1] === askedAt)) return;
      isAsking = true;
      answered = [askedFor, askedAt];
      inspector.detail(id).then(
        (told) => {
          isAsking = false;
          if (!gone) setDetail(told);
        },
        () => {
          isAsking = false;
        },
      );
    };
    ask();
    const timer = setInterval(ask, refreshMs);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [inspector, id]);
  return detail?.id === id ? detail : undefined;
}
