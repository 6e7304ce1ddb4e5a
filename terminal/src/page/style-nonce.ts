/** Style sheets that xterm.js makes as elements carry the nonce that the page's policy asks for. Imported before it. */

const nonce = document.querySelector('meta[name="csp-nonce"]')?.getAttribute("content") ?? "";
const create = document.createElement.bind(document) as (name: string, options?: ElementCreationOptions) => HTMLElement;

document.createElement = ((name: string, options?: ElementCreationOptions) => {
  const made = create(name, options);
  if (name === "style") made.nonce = nonce;
  return made;
}) as typeof document.createElement;
