/** Tokens by which programs act for the person who is signed in. */
import {
  type AccessToken,
  type AccessTokenSummary,
  accessTokenListSchema,
  accessTokenSchema,
} from "@culvert/protocol/signaling";
import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { apiRequest } from "./api-request.ts";

/** One's own tokens, newest first. */
export const accessTokensQuery = queryOptions({
  queryKey: ["access-tokens"],
  queryFn: async (): Promise<readonly AccessTokenSummary[]> =>
    (await apiRequest("/api/tokens", { schema: accessTokenListSchema })).tokens,
});

/** A new token; its text is in this answer alone. */
export function createAccessToken(label: string): Promise<AccessToken> {
  return apiRequest("/api/tokens", { method: "POST", body: { label }, schema: accessTokenSchema });
}

/** Takes a token back, and what it opened. */
export async function revokeAccessToken(tokenId: string): Promise<void> {
  await apiRequest(`/api/tokens/${encodeURIComponent(tokenId)}`, { method: "DELETE", schema: z.unknown() });
}
