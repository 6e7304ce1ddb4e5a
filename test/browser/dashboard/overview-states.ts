/** The overview in its states. */
import type { DashboardFixture } from "./fixture.ts";
import { type PageState, text } from "./page-state.ts";
import { busyOverview, quietOverview } from "./sample-overview.ts";

const answering = (answer: unknown) => (fixture: DashboardFixture) =>
  void fixture.answers.set("GET /api/overview", answer);

export const overviewStates: readonly PageState[] = [
  {
    name: "overview-many",
    address: "/overview",
    prepare: answering(busyOverview("day")),
    ready: (page) => page.locator(".step-chart canvas").nth(1).waitFor(),
  },
  {
    name: "overview-quiet",
    address: "/overview",
    prepare: answering(quietOverview("day")),
    ready: text("No opening failed"),
  },
];
