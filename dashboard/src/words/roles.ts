/** What roles are called, what each may, and why an action is not for one. Pure. */
import type { Role } from "@culvert/protocol/signaling";

/** A role as people read it. */
export interface RoleWords {
  readonly role: Role;
  readonly name: string;
  readonly may: string;
}

/** Most rights first. */
export const roles: readonly RoleWords[] = [
  { role: "owner", name: "Owner", may: "Does everything: adds servers, shares, invites and removes members." },
  { role: "operator", name: "Operator", may: "Opens apps. Changes nothing of the account." },
  { role: "auditor", name: "Auditor", may: "Reads the lists and the activity. Opens nothing." },
];

/** A role with its article: `an owner`. */
export function roleWithArticle(role: Role): string {
  return `an ${role}`;
}

/** Why an action that takes an owner is not for this member; undefined for an owner. `what`: `add servers`. */
export function ownersOnly(role: Role, what: string): string | undefined {
  return role === "owner" ? undefined : `Only owners ${what}; you are ${roleWithArticle(role)} here.`;
}
