/** A picture of a tab for the documents, small enough to be kept with the sources. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Page } from "playwright-core";

/** No picture is larger, bytes. */
export const maxPictureBytes = 150_000;
const qualities = [80, 60, 40, 20] as const;

/** Writes what a tab shows as WebP. */
export async function writePicture(page: Page, file: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  mkdirSync(dirname(file), { recursive: true });
  for (const quality of qualities) {
    const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality });
    const bytes = Buffer.from(data, "base64");
    if (bytes.length > maxPictureBytes) continue;
    writeFileSync(file, bytes);
    await session.detach();
    return;
  }
  throw new Error(`${file} would be larger than ${maxPictureBytes} bytes.`);
}
