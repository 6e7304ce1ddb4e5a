/** The page of terminals: the list at `/`, one session at `/session/<id>`. */
import "./zod-jitless.ts";
import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "./page.css";
import "./screen.css";
import { listView } from "./list-view.ts";
import { sessionView } from "./session-view.ts";
import type { View } from "./view.ts";

const root = document.querySelector<HTMLElement>("#root");
if (root === null) throw new Error("The page has no root.");
const place = root;
let view: View | undefined;

function show(): void {
  view?.close();
  const id = /^\/session\/([A-Za-z0-9_-]+)$/.exec(location.pathname)?.[1];
  document.body.dataset.view = id === undefined ? "list" : "session";
  view = id === undefined ? listView(place, (to) => go(`/session/${to}`)) : sessionView(place, id, () => go("/"));
}

function go(path: string): void {
  history.pushState(null, "", path);
  show();
}

addEventListener("popstate", show);
// The grid of characters is measured when its font is there.
await document.fonts.load('14px "JetBrains Mono Variable"').catch(() => {});
show();
