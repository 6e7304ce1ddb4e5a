/** Why an invitation lets nobody in, in the words of who follows it. */
import { TunnelError } from "@culvert/protocol";
import { type Trouble, troubleFrom } from "../words/trouble.ts";

const headlines: Readonly<Record<string, string>> = {
  expired: "This invitation has expired",
  "already-used": "This invitation was used before",
  revoked: "This invitation was taken back",
  "not-found": "This invitation is not valid",
};

/** The fault as a trouble. */
export function invitationTrouble(thrown: unknown): Trouble {
  const fault = TunnelError.from(thrown);
  const trouble = troubleFrom(fault);
  const headline = headlines[fault.code];
  return headline === undefined ? trouble : { ...trouble, headline };
}
