/**
 * The app's own address inside the fragment of the App View page: `#/path?query#hash`. Fragments never reach a server.
 */

/** Longest path that is kept in the fragment; longer ones are the app's to know. */
const longestPath = 8_192;

/** A path within the app: it never names a host, as `//host` and `/\\host` would. */
const withinApp = /^\/(?![/\\])/;

/** The app path that a fragment asks for; `/` where it names none. */
export function appPathOf(fragment: string): string {
  const path = fragment.startsWith("#") ? fragment.slice(1) : fragment;
  return withinApp.test(path) && path.length <= longestPath ? path : "/";
}

/** The fragment that shows where the app is. */
export function fragmentOf(appPath: string): string {
  return `#${appPathOf(appPath)}`;
}

/** The app path in a fragment that begins with something else, as the link of a share does; `/` where it names none. */
export function appPathAfter(prefix: string, fragment: string): string {
  return fragment.startsWith(`#${prefix}`) ? appPathOf(fragment.slice(1 + prefix.length)) : "/";
}

/** What a person typed into the path field as an app path: a leading slash is added, blanks around are dropped. */
export function typedPath(typed: string): string {
  const path = typed.trim();
  return appPathOf(path.startsWith("/") ? path : `/${path}`);
}

/** The window's title: the app's own title, then the service; no title yet: service and server. */
export function windowTitle(appTitle: string, serviceName: string, label: string): string {
  const title = appTitle.trim();
  return title === "" ? `${serviceName} – ${label}` : `${title} – ${serviceName}`;
}
