/** The role of who is signed in, as the last answer of the server had it. */
import type { Role } from "@culvert/protocol/signaling";
import { useQuery } from "@tanstack/react-query";
import { accountQuery } from "../api/accounts.ts";

/** The least rights while nobody is known. */
export function useRole(): Role {
  return useQuery(accountQuery).data?.role ?? "auditor";
}
