/**
 * The dashboard's addresses. Everything but `/sign-in` and `/share` stands below the account route, which lets nobody through who
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
    if (account !== null) return { account };
    rememberReturnAddress(sessionStorage, location.pathname + location.search + location.hash);
    throw redirect({ to: "/sign-in", replace: true });
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

const shareRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/share",
  component: lazyRouteComponent(() => pagePart(() => import("./shares/share-page.tsx")), "SharePage"),
});

const serverRoutes = [serverRoute, sessionsRoute, approveMachineRoute, approveDeviceRoute, launchRoute];
const routeTree = rootRoute.addChildren([
  signInRoute,
  shareRoute,
  accountRoute.addChildren([listRoute, appViewRoute, ...serverRoutes]),
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
