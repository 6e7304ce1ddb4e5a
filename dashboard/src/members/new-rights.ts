/** Whoever changes their own rights loads the dashboard anew, with those that they have now. */
export function reloadWithNewRights(): void {
  window.location.assign("/sign-in");
}
