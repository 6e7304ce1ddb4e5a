/** The account's audit log. */
import {
  type AuditPage,
  type AuditVerification,
  auditPageSchema,
  auditVerificationSchema,
} from "@culvert/protocol/signaling";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { SessionProof } from "../proof/session-proof.ts";
import { apiRequest, faultOf } from "./api-request.ts";

/** Which events are asked for; empty strings: all. */
export interface ActivityFilter {
  readonly actions: string;
  readonly text: string;
  readonly memberId: string;
}

/** Pages of events, newest first. */
export function activityQuery(filter: ActivityFilter) {
  return infiniteQueryOptions({
    queryKey: ["audit", filter],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }): Promise<AuditPage> => {
      const query = queryOf(filter);
      if (pageParam !== undefined) query.set("before", String(pageParam));
      return apiRequest(`/api/audit?${query}`, { schema: auditPageSchema, signal });
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}

/** Where the log is downloaded from as JSON lines. */
export function exportAddress(filter: ActivityFilter): string {
  return `/api/audit/export?${queryOf(filter)}`;
}

/** The same as an address within this page, for where a link could show no proof. To be revoked after its use. */
export async function exportedActivity(filter: ActivityFilter, proof: SessionProof): Promise<string> {
  const address = exportAddress(filter);
  const answer = await fetch(address, { headers: await proof.headersFor(address), cache: "no-store" });
  if (!answer.ok) throw faultOf(answer.status, await answer.json().catch(() => undefined));
  return URL.createObjectURL(await answer.blob());
}

/** What the last check of the log found. */
export const verificationQuery = queryOptions({
  queryKey: ["audit", "verification"],
  queryFn: (): Promise<AuditVerification> => apiRequest("/api/audit/verification", { schema: auditVerificationSchema }),
});

function queryOf({ actions, text, memberId }: ActivityFilter): URLSearchParams {
  return new URLSearchParams({
    ...(actions !== "" && { actions }),
    ...(memberId !== "" && { memberId }),
    ...(text.trim() !== "" && { text: text.trim() }),
  });
}
