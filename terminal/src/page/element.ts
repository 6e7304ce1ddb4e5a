/** Makes elements: text goes in as text, never as markup. */

type Child = Node | string | undefined;

/** What can be said of one; `class` names, `on…` listeners, everything else is an attribute. */
export interface ElementWords {
  readonly class?: string;
  readonly onClick?: (event: MouseEvent) => void;
  readonly onSubmit?: (event: SubmitEvent) => void;
  readonly attributes?: Readonly<Record<string, string | undefined>>;
}

/** One element with its children. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  words: ElementWords = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (words.class !== undefined) made.className = words.class;
  for (const [attribute, value] of Object.entries(words.attributes ?? {})) {
    if (value !== undefined) made.setAttribute(attribute, value);
  }
  if (words.onClick !== undefined) made.addEventListener("click", words.onClick as EventListener);
  if (words.onSubmit !== undefined) made.addEventListener("submit", words.onSubmit as EventListener);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** A button with words on it. */
export function button(
  text: string,
  onClick: (event: MouseEvent) => void,
  words: ElementWords = {},
): HTMLButtonElement {
  const attributes = { type: "button", ...words.attributes };
  return element("button", { ...words, onClick, attributes }, text);
}
