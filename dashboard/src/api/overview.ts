/** The account's overview. */
import { type Overview, type OverviewRange, overviewSchema } from "@culvert/protocol/signaling";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { apiRequest } from "./api-request.ts";

/** Asked for again while somebody looks; the last range stays in sight while another is fetched. */
export const overviewQuery = (range: OverviewRange) =>
  queryOptions({
    queryKey: ["overview", range],
    queryFn: ({ signal }): Promise<Overview> =>
      apiRequest(`/api/overview?range=${range}`, { schema: overviewSchema, signal }),
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  });
