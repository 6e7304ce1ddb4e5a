/** The line above every view. */
import { button, element } from "./element.ts";
import { onScheme, switchScheme } from "./theme.ts";

/** `children` stand between the title and the switch of the scheme. */
export function pageHead(title: string, ...children: readonly HTMLElement[]): HTMLElement {
  const scheme = button("", switchScheme, { class: "quiet scheme" });
  onScheme((now) => {
    scheme.textContent = now === "dark" ? "☀" : "☾";
    const label = now === "dark" ? "Light colours" : "Dark colours";
    scheme.setAttribute("aria-label", label);
    scheme.title = label;
  });
  return element("header", { class: "head" }, element("h1", {}, title), ...children, scheme);
}
