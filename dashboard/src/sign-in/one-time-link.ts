/**
 * The code of a one-time sign-in link, which stands in the fragment of `/sign-in`.
 * Invariant: the code is out of the address bar and the history before anything else of the page runs, and it is
 * handed out once.
 */

/** The parts of a window that carry an address. */
export interface AddressBar {
  readonly location: { readonly pathname: string; readonly search: string; readonly hash: string };
  readonly history: { readonly state: unknown; replaceState(state: unknown, unused: string, url: string): void };
}

let captured: string | undefined;

/** Takes the code out of the address, if one is there; true where it was. */
export function captureLinkCode({ location, history }: AddressBar): boolean {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (location.pathname !== "/sign-in" || code === null || code === "") return false;
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
