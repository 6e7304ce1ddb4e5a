/** The built dashboard with its list in front, over the fixture that stands in for signaling. */
import type { Browser, Page } from "playwright-core";
import { DashboardFixture } from "../../browser/dashboard/fixture.ts";
import { manyServers } from "../../browser/dashboard/many-servers.ts";

/** A list that is open. */
export interface OpenedList {
  readonly page: Page;
  readonly fixture: DashboardFixture;
  close(): Promise<void>;
}

/** Opens a list of so many servers at a desk's width. */
export async function openList(browser: Browser, servers: number): Promise<OpenedList> {
  const fixture = new DashboardFixture();
  fixture.servers = manyServers(servers);
  await fixture.start();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(fixture.origin);
  await page.getByRole("list", { name: "Servers" }).waitFor();
  return {
    page,
    fixture,
    close: async () => {
      await page.context().close();
      await fixture.stop();
    },
  };
}
