/** A launch link, followed: the code is used up, then the app opens. */
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { exchangeLaunch } from "../api/sessions.ts";
import { fragmentCode } from "../setup/fragment-code.ts";
import { BrandMark } from "../shell/brand-mark.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { appViewHref } from "../words/openability.ts";
import { troubleFrom } from "../words/trouble.ts";
import "../shell/load-failure.css";

/** The page at `/launch#code=…`. */
export function LaunchPage(): ReactElement {
  const [code] = useState(() => fragmentCode());
  const exchange = useMutation({
    mutationFn: exchangeLaunch,
    onSuccess: ({ serverId, serviceName }) => window.location.replace(appViewHref(serverId, serviceName)),
  });
  const start = useRef(exchange.mutate);
  useEffect(() => {
    document.title = "Opening – Culvert";
    if (code !== undefined) start.current(code);
  }, [code]);
  const error = exchange.error ?? undefined;
  return (
    <main className="load-failure">
      <BrandMark size={40} />
      <h1>{code === undefined ? "This link is not whole" : error === undefined ? "Opening …" : "It did not open"}</h1>
      {code === undefined && <p>A launch link has its code after the # sign. Press Open again where you came from.</p>}
      {error !== undefined && <TroubleNote trouble={troubleFrom(error)} />}
      {(error !== undefined || code === undefined) && (
        <Button variant="default" component="a" href="/">
          Go to the servers
        </Button>
      )}
    </main>
  );
}
