/** Goes through a page by Tab alone and tells what that misses, hides, or shows no focus on. */
import type { Page } from "playwright-core";
import { stylesSettled } from "./settled.ts";

/** What a walk found wrong, each as the element's own words. */
export interface KeyboardFaults {
  /** Can be clicked, and Tab never came there. */
  readonly unreached: readonly string[];
  /** Had the focus and looked as without. */
  readonly unseen: readonly string[];
  /** Had the focus behind something else, or outside the window. */
  readonly hidden: readonly string[];
  /** Stops on the way. */
  readonly stops: number;
}

/** More than any page has. */
const mostStops = 400;

type Walk = {
  readonly looks: Map<Element, string>;
  readonly reached: Set<Element>;
  lookOf(element: Element): string;
  wordsOf(element: Element): string;
  targets(): Element[];
};
type WithWalk = typeof globalThis & { walk?: Walk };

/** Walks from the top until the focus leaves the page. Nothing is pressed but Tab. */
export async function walkByKeyboard(page: Page): Promise<KeyboardFaults> {
  await page.evaluate(startAtTheTop);
  await stylesSettled(page);
  await page.evaluate(prepareWalk);
  const unseen: string[] = [];
  const hidden: string[] = [];
  let stops = 0;
  for (; stops < mostStops; stops += 1) {
    await page.keyboard.press("Tab");
    await stylesSettled(page);
    const stop = await page.evaluate(lookAtFocus);
    if (stop === undefined) break;
    if (!stop.isSeen) unseen.push(stop.words);
    if (stop.isHidden) hidden.push(stop.words);
  }
  const unreached = await page.evaluate(() => {
    const walk = (globalThis as WithWalk).walk;
    return (walk?.targets() ?? [])
      .filter((element) => !walk?.reached.has(element))
      .map((element) => walk?.wordsOf(element) ?? "");
  });
  return { unreached, unseen, hidden, stops };
}

/** In the page: how everything looks without focus. */
function prepareWalk(): void {
  const interactive = "a[href], button, input, select, textarea, summary, [tabindex], [role=button], [role=link]";
  const lookOf = (element: Element): string => {
    const parts: string[] = [];
    for (let at: Element | null = element, depth = 0; at !== null && depth < 3; at = at.parentElement, depth += 1) {
      const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderTopColor, backgroundColor } =
        getComputedStyle(at);
      parts.push(
        outlineStyle === "none" ? "" : `${outlineWidth} ${outlineColor}`,
        boxShadow,
        borderTopColor,
        backgroundColor,
      );
    }
    return parts.join("|");
  };
  const isOpen = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true }) &&
    !(element as HTMLButtonElement).disabled &&
    element.closest("[inert], [aria-hidden=true]") === null;
  const isRadioOfAnother = (element: Element): boolean => {
    if (!(element instanceof HTMLInputElement) || element.type !== "radio" || element.checked) return false;
    const group = document.querySelectorAll<HTMLInputElement>(`input[type=radio][name="${element.name}"]`);
    return [...group].some(({ checked }) => checked);
  };
  (globalThis as WithWalk).walk = {
    looks: new Map([...document.querySelectorAll(interactive)].map((element) => [element, lookOf(element)])),
    reached: new Set(),
    lookOf,
    wordsOf: (element) =>
      `${element.tagName.toLowerCase()} ${element.getAttribute("aria-label") ?? element.textContent?.trim() ?? ""}`.slice(
        0,
        80,
      ),
    targets: () =>
      [...document.querySelectorAll(interactive)].filter(
        (element) => isOpen(element) && (element as HTMLElement).tabIndex >= 0 && !isRadioOfAnother(element),
      ),
  };
}

/** In the page: Tab begins before everything, also where the page has put the focus somewhere itself. */
function startAtTheTop(): void {
  const start = document.createElement("span");
  start.tabIndex = -1;
  start.className = "visually-hidden";
  document.body.prepend(start);
  start.focus();
}

/** In the page: where the focus is; undefined once it has left, or came around. */
function lookAtFocus(): { words: string; isSeen: boolean; isHidden: boolean } | undefined {
  const walk = (globalThis as WithWalk).walk;
  const element = document.activeElement;
  if (walk === undefined || element === null || element === document.body || walk.reached.has(element))
    return undefined;
  walk.reached.add(element);
  const { left, top, width, height } = element.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const atPoint = document.elementFromPoint(x, y);
  const isHidden = atPoint === null || !(element.contains(atPoint) || atPoint.contains(element));
  return { words: walk.wordsOf(element), isSeen: walk.looks.get(element) !== walk.lookOf(element), isHidden };
}
