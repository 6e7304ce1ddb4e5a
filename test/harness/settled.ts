/** Waits until a page has stopped changing its looks. */
import type { Page } from "playwright-core";

/**
 * Resolves when no transition runs. Under reduced motion every change of a style is a very short one, which still takes a
 * frame; what repeats for ever, like a skeleton's pulse, is not waited for.
 */
export async function stylesSettled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ends = ({ effect }: Animation): boolean => Number.isFinite(effect?.getComputedTiming().endTime);
    for (;;) {
      const running = document.getAnimations().filter((each) => ends(each) && each.playState === "running");
      if (running.length === 0) return;
      // A transition that another one takes the place of is canceled.
      await Promise.all(running.map(({ finished }) => finished.catch(() => undefined)));
    }
  });
}
