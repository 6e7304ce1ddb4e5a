/** A page that could not load at all: what happened and a way to try again. */
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { troubleFrom } from "../words/trouble.ts";
import { BrandMark } from "./brand-mark.tsx";
import { TroubleNote } from "./trouble-note.tsx";
import "./load-failure.css";

/** The router's error page. */
export function LoadFailure({ error }: { error: unknown }): ReactElement {
  return (
    <main className="load-failure">
      <BrandMark size={40} />
      <TroubleNote trouble={troubleFrom(error)}>
        <Button variant="default" size="xs" onClick={() => window.location.reload()}>
          Try again
        </Button>
      </TroubleNote>
    </main>
  );
}
