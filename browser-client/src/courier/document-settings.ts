/** What the origin server wrote into a courier or boot document: where the dashboard is and where this app is opened. */

/** Both addresses are checked to be http(s) and of one origin. */
export interface DocumentSettings {
  readonly dashboardOrigin: string;
  readonly appViewUrl: string;
}

/** Reads the document's meta elements; undefined where the server did not fill them. */
export function readDocumentSettings(document: Document): DocumentSettings | undefined {
  const dashboard = metaUrl(document, "culvert-dashboard");
  const appView = metaUrl(document, "culvert-app-view");
  if (dashboard === undefined || appView === undefined || appView.origin !== dashboard.origin) return undefined;
  return { dashboardOrigin: dashboard.origin, appViewUrl: appView.href };
}

function metaUrl(document: Document, name: string): URL | undefined {
  const content = document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
  const url = URL.canParse(content) ? new URL(content) : undefined;
  return url?.protocol === "http:" || url?.protocol === "https:" ? url : undefined;
}
