/**
 * Names of sessions: `<prefix>::<workspace>::<slot>`, and what tmux calls them. Pure.
 * Invariant: parts hold no underscore and no colon, so a tmux name leads back to exactly one session name.
 */

/** One session's name in its parts. */
export interface SessionName {
  /** Whose sessions: one tmux server can hold those of others. */
  readonly prefix: string;
  /** The idea or project. */
  readonly workspace: string;
  /** Several sessions of one workspace; `primary` unless it was named. */
  readonly slot: string;
}

export const defaultSlot = "primary";

/** Letters, digits, and hyphens inside: nothing that a shell, tmux or a path reads as anything else. */
const part = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/;

/** True where it can stand as prefix, workspace or slot. */
export function isNamePart(text: string): boolean {
  return part.test(text);
}

/** The name from its parts; undefined where one of them cannot be. */
export function sessionName(prefix: string, workspace: string, slot: string = defaultSlot): SessionName | undefined {
  return [prefix, workspace, slot].every(isNamePart) ? { prefix, workspace, slot } : undefined;
}

/** As people write it. */
export function writeSessionName({ prefix, workspace, slot }: SessionName): string {
  return `${prefix}::${workspace}::${slot}`;
}

/** Reads what `writeSessionName` wrote; the slot may be left out. */
export function readSessionName(text: string): SessionName | undefined {
  const [prefix = "", workspace = "", slot = defaultSlot, ...rest] = text.split("::");
  return rest.length === 0 ? sessionName(prefix, workspace, slot) : undefined;
}

/** What tmux, files and addresses call it: tmux takes no colons in names. */
export function sessionId({ prefix, workspace, slot }: SessionName): string {
  return `${prefix}__${workspace}__${slot}`;
}

/** The session of an id; undefined for one that is nobody's of ours. */
export function sessionOfId(id: string): SessionName | undefined {
  const parts = id.split("__");
  const [prefix = "", workspace = "", slot = ""] = parts;
  return parts.length === 3 ? sessionName(prefix, workspace, slot) : undefined;
}

/** A folder's name as a workspace: what cannot stand in a name becomes a hyphen. `fallback` where nothing is left. */
export function workspaceOf(folderName: string, fallback = "home"): string {
  const plain = folderName
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .slice(0, 32)
    .replace(/^-+|-+$/g, "");
  return isNamePart(plain) ? plain : fallback;
}
