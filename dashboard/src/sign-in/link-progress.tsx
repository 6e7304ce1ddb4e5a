/** What becomes of a one-time link: under way, or why it does not sign in and how to get one that does. */
import { Loader } from "@mantine/core";
import type { ReactElement } from "react";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { linkTrouble } from "./sign-in-trouble.ts";

/** `error` is null while the link is being checked and once it is good. */
export function LinkProgress({ error }: { error: Error | null }): ReactElement {
  if (error !== null) return <TroubleNote trouble={linkTrouble(error)} />;
  return (
    <div className="link-progress" role="status">
      <span className="visually-hidden">Checking the sign-in link</span>
      <Loader size={24} />
    </div>
  );
}
