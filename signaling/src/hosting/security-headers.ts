/** The headers of every answer. Invariant: what is not named here is not allowed; each site's policy is one function. */

/** Headers by lower-case name. */
export type Headers = Readonly<Record<string, string>>;

const always: Headers = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "origin-agent-cluster": "?1",
};

/** Two years, https://www.rfc-editor.org/rfc/rfc6797; not for names below: an app's origin answers for itself. */
function transportSecurity(origin: URL): Headers {
  return origin.protocol === "https:" ? { "strict-transport-security": "max-age=63072000" } : {};
}

/** Headers of API answers: data, never a page. */
export function apiHeaders(dashboardOrigin: URL): Headers {
  return {
    ...always,
    ...transportSecurity(dashboardOrigin),
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
  };
}

/** What a page or script of the dashboard is. `nonce`: for style elements, in documents alone. */
export interface DashboardPage {
  readonly path: string;
  /** Where apps are framed from. */
  readonly frameSources: string;
  readonly nonce?: string;
}

/** Headers of the dashboard's documents, scripts and styles; a worker takes its policy from its script's answer. */
export function dashboardHeaders(dashboardOrigin: URL, { path, frameSources, nonce }: DashboardPage): Headers {
  const { protocol, host } = dashboardOrigin;
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    nonce === undefined ? "style-src 'self'" : `style-src 'self' 'nonce-${nonce}'`,
    `connect-src 'self' ${protocol === "https:" ? "wss" : "ws"}://${host}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    `frame-src ${frameSources}${hasApp(path) ? ` ${downloadSources}` : ""}`,
    "frame-ancestors 'none'",
    "form-action 'self'",
    "base-uri 'none'",
  ];
  return {
    ...always,
    ...transportSecurity(dashboardOrigin),
    "content-security-policy": policy.join("; "),
    "cross-origin-resource-policy": "same-origin",
    // Under `same-origin` the app's window.open would be null.
    "cross-origin-opener-policy": hasApp(path) ? "same-origin-allow-popups" : "same-origin",
  };
}

/**
 * Firefox takes a link with `download` for a navigation of its frame first, and holds this page's policy against it: an
 * app's downloads from blob: and data: addresses. This page itself frames neither. An app's frame that goes to such an address
 * leaves its origin's pages for one without any right here: messages are taken from the app's origin alone.
 */
const downloadSources = "blob: data:";

/** Pages in which an app is framed. */
function hasApp(path: string): boolean {
  return path.startsWith("/app-view/") || path === "/share";
}

/** Headers of what we serve on an app's origin: framed by itself and the dashboard, by no sibling. */
export function appOriginHeaders(dashboardOrigin: URL): Headers {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "connect-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "form-action 'none'",
    "base-uri 'none'",
    `frame-ancestors 'self' ${dashboardOrigin.origin}`,
  ];
  return {
    ...always,
    ...transportSecurity(dashboardOrigin),
    "content-security-policy": policy.join("; "),
    "cross-origin-resource-policy": "same-origin",
  };
}
