/** Which hosts are apps', in either layout: names below the dashboard's, or other ports of its own name. */

/** True for an app's host. Both as `host` of a URL: with the port where it is not the scheme's own. */
export function isAppHost(host: string, dashboardHost: string): boolean {
  // Of about:blank and the like.
  if (host === "") return false;
  const nameOf = (text: string): string => new URL(`http://${text}`).hostname;
  return host.endsWith(`.${dashboardHost}`) || (host !== dashboardHost && nameOf(host) === nameOf(dashboardHost));
}
