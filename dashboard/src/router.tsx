/**
 * The dashboard's addresses. Everything but `/sign-in`, `/join` and `/share` stands below the account route, which lets nobody through who
 * is not signed in. The App View is reached by document navigations only: it has a policy of its own.
 */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { AccountLayout } from "./account-layout.tsx";
import { accountQuery } from "./api/accounts.ts";
import { wantsSetUpLater } from "./set-up/later.ts";
import { pagePart } from "./setup/page-part.ts";
import { LoadFailure } from "./shell/load-failure.tsx";
import { NotFound } from "./shell/not-found.tsx";
import { rememberReturnAddress } from "./sign-in/return-address.ts";

const rootRoute = createRootRouteWithContext<{ readonly queryClient: QueryClient }>()({
  notFoundComponent: NotFound,
  errorComponent: LoadFailure,
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  component: lazyRouteComponent(() => pagePart(() => import("./sign-in/sign-in-page.tsx")), "SignInPage"),
});

const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "account",
  component: AccountLayout,
  beforeLoad: async ({ context: { queryClient } }) => {
    const account = await queryClient.ensureQueryData(accountQuery);
    const mustSetUp = account?.needsSetUp === true && !wantsSetUpLater(localStorage, account.memberId);
    if (account !== null && (!mustSetUp || location.pathname === "/set-up")) return { account };
    rememberReturnAddress(sessionStorage, location.pathname + location.search + location.hash);
    throw redirect({ to: account === null ? "/sign-in" : "/set-up", replace: true });
  },
});

const listRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: "/",
  component: lazyRouteComponent(() => pagePart(() => import("./servers/list-layout.tsx")), "ListLayout"),
});

const appViewRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: "/app-view/$serverId/$serviceName",
  component: lazyRouteComponent(() => pagePart(() => import("./app-view/app-view-page.tsx")), "AppViewPage"),
});

const serverRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: "/servers/$serverId",
  component: lazyRouteComponent(() => pagePart(() => import("./servers/server-page.tsx")), "ServerPage"),
});

const sessionsRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: "/sessions",
  component: lazyRouteComponent(() => pagePart(() => import("./sessions/sessions-page.tsx")), "SessionsPage"),
});

const approveMachineRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: "/enrol",
  component: lazyRouteComponent(
    () => pagePart(() => import("./enrolment/approve-machine-page.tsx")),
    "ApproveMachinePage",
  ),
});

const approveDeviceRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: "/approve",
  component: lazyRouteComponent(() => pagePart(() => import("./devices/approve-page.tsx")), "ApprovePage"),
});

const launchRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: "/launch",
  component: lazyRouteComponent(() => pagePart(() => import("./launch/launch-page.tsx")), "LaunchPage"),
});

const setUpRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: "/set-up",
  component: lazyRouteComponent(() => pagePart(() => import("./set-up/set-up-page.tsx")), "SetUpPage"),
});

const joinRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/join",
  component: lazyRouteComponent(() => pagePart(() => import("./set-up/join-page.tsx")), "JoinPage"),
});

const ownAccountRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: "/account",
  component: lazyRouteComponent(() => pagePart(() => import("./account/account-page.tsx")), "AccountPage"),
});

const membersRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: "/members",
  component: lazyRouteComponent(() => pagePart(() => import("./members/members-page.tsx")), "MembersPage"),
});

const activityRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: "/activity",
  component: lazyRouteComponent(() => pagePart(() => import("./activity/activity-page.tsx")), "ActivityPage"),
});

const overviewRoute = createRoute({
  getParentRoute: () => accountRoute,
  path: "/overview",
  component: lazyRouteComponent(() => pagePart(() => import("./overview/overview-page.tsx")), "OverviewPage"),
});

const shareRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/share",
  component: lazyRouteComponent(() => pagePart(() => import("./shares/share-page.tsx")), "SharePage"),
});

const serverRoutes = [serverRoute, sessionsRoute, approveMachineRoute, approveDeviceRoute, launchRoute];
const peopleRoutes = [setUpRoute, ownAccountRoute, membersRoute, activityRoute, overviewRoute];
const routeTree = rootRoute.addChildren([
  signInRoute,
  shareRoute,
  joinRoute,
  accountRoute.addChildren([listRoute, appViewRoute, ...serverRoutes, ...peopleRoutes]),
]);

/** The router over the page's one cache. */
export function createDashboardRouter(queryClient: QueryClient) {
  return createRouter({ routeTree, context: { queryClient }, defaultPreload: false });
}

declare module "@tanstack/react-router" {
  interface Register {
    readonly router: ReturnType<typeof createDashboardRouter>;
  }
}
