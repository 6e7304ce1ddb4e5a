/** What an owner does in a page that no inspector watches, by expressions alone. */
import type { BarePage } from "./bare-browser.ts";
import { waitUntil } from "./wait-until.ts";

const withinMs = 30_000;

const openLink = "document.querySelector('a[aria-label^=\"Open \"]')";

/** Leaves setting up for later where that is asked; true once there is something to open. */
const toTheList = `(() => {
  [...document.querySelectorAll("button")].find(({ textContent }) => textContent === "Later")?.click();
  return ${openLink} !== null;
})()`;

/** Presses Open beside the first server of the list, which the page is on its way to after signing in. */
export async function pressOpen(page: BarePage): Promise<void> {
  // A document that is being replaced answers nothing.
  const isThere = async () => (await page.evaluate(toTheList).catch(() => false)) === true || undefined;
  await waitUntil("something to open", isThere, withinMs);
  await page.evaluate(`${openLink}.click()`);
}
