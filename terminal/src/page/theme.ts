/** Light or dark: the system's, unless somebody chose; told to whoever draws. */

export type Scheme = "light" | "dark";

const key = "terminal-scheme";
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<(scheme: Scheme) => void>();

/** The scheme now. */
export function scheme(): Scheme {
  const chosen = localStorage.getItem(key);
  if (chosen === "light" || chosen === "dark") return chosen;
  return system.matches ? "dark" : "light";
}

/** Takes the other one, and keeps it. */
export function switchScheme(): void {
  localStorage.setItem(key, scheme() === "dark" ? "light" : "dark");
  tell();
}

/** Calls at once and at each change, until what is returned is called. */
export function onScheme(listener: (scheme: Scheme) => void): () => void {
  listeners.add(listener);
  listener(scheme());
  return () => listeners.delete(listener);
}

function tell(): void {
  document.documentElement.dataset.scheme = scheme();
  for (const listener of listeners) listener(scheme());
}

system.addEventListener("change", tell);
tell();
