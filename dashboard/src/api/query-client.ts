/** The page's one cache. Faults of the network are tried again, all others are the reader's to see at once. */
import { TunnelError } from "@culvert/protocol";
import { QueryClient } from "@tanstack/react-query";
import { accountQuery } from "./accounts.ts";

const retryable: ReadonlySet<string> = new Set(["network", "timeout"]);

/** A cache whose account entry empties itself as soon as the server says that nobody is signed in. */
export function createQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < 3 && error instanceof TunnelError && retryable.has(error.code),
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 5_000),
        networkMode: "always",
        refetchOnWindowFocus: false,
      },
      mutations: { networkMode: "always" },
    },
  });
  client.getQueryCache().subscribe((event) => {
    if (event.type !== "updated" || event.action.type !== "error") return;
    const fault = event.query.state.error;
    if (fault instanceof TunnelError && fault.code === "unauthenticated")
      client.setQueryData(accountQuery.queryKey, null);
  });
  return client;
}
