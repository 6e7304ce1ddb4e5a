/** Why an invitation lets nobody in, in the words of who follows it. */
import { TunnelError } from "@culvert/protocol";
import { type Trouble, troubleFrom } from "../words/trouble.ts";

const words: Readonly<Record<string, readonly [headline: string, what: string]>> = {
  expired: ["This invitation has expired", "Invitations are good for seven days."],
  "already-used": ["This invitation was used before", "Each makes one member."],
  revoked: ["This invitation was taken back", "An owner has thought better of it."],
  "not-found": ["This invitation is not valid", "It may be cut short, or from another Culvert."],
};

/** The fault as a trouble. */
export function invitationTrouble(thrown: unknown): Trouble {
  const fault = TunnelError.from(thrown);
  const trouble = troubleFrom(fault);
  const [headline, what] = words[fault.code] ?? [trouble.headline, trouble.what];
  return { ...trouble, headline, what };
}
