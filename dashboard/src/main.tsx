/** Starts the dashboard. The order of the first imports matters: zod's switch, the style nonce, then everything. */
import "./setup/zod-jitless.ts";
import { styleNonce } from "./setup/style-nonce.ts";
import "./setup/styles.ts";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./api/query-client.ts";
import { createDashboardRouter } from "./router.tsx";
import { captureLinkCode } from "./sign-in/one-time-link.ts";
import { cssVariables, theme } from "./theme/theme.ts";

captureLinkCode(window);

const queryClient = createQueryClient();
const router = createDashboardRouter(queryClient);
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element #root");

createRoot(root).render(
  <MantineProvider
    theme={theme}
    cssVariablesResolver={cssVariables}
    defaultColorScheme="auto"
    getStyleNonce={() => styleNonce}
  >
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </MantineProvider>,
);
