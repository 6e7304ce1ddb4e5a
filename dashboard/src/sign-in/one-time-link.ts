/**
 * The code of a one-time link, which stands in the fragment of `/sign-in` or, for an invitation, `/join`.
 * Invariant: the code is out of the address bar and the history before anything else of the page runs, and it is
 * handed out once.
 */

/** The parts of a window that carry an address. */
export interface AddressBar {
  readonly location: { readonly pathname: string; readonly search: string; readonly hash: string };
  readonly history: { readonly state: unknown; replaceState(state: unknown, unused: string, url: string): void };
}

const linkPaths: ReadonlySet<string> = new Set(["/sign-in", "/join"]);
let captured: string | undefined;

/** Takes the code out of the address, if one is there; true where it was. */
export function captureLinkCode({ location, history }: AddressBar): boolean {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (!linkPaths.has(location.pathname) || code === null || code === "") return false;
  captured = code;
  history.replaceState(history.state, "", location.pathname + location.search);
  return true;
}

/** Gives the captured code to the one that asks first. */
export function takeLinkCode(): string | undefined {
  const code = captured;
  captured = undefined;
  return code;
}

/** True while a captured code waits to be handed out. */
export function hasLinkCode(): boolean {
  return captured !== undefined;
}
