/** Tokens by which a program acts for a member: `Authorization: Bearer culvert_…`. Times: ms since 1970. */
import { z } from "zod";

const timeMs = z.number().int().nonnegative();

/** 26 characters of lower-case base32. */
export const tokenIdSchema = z.string().regex(/^[a-z2-7]{26}$/);

/** `POST /api/tokens` */
export const createAccessTokenSchema = z.object({
  label: z.string().trim().min(1).max(64),
  expiresInDays: z.number().int().min(1).max(366).default(90),
});
export type CreateAccessToken = z.infer<typeof createAccessTokenSchema>;

/** A token without its secret. */
export const accessTokenSummarySchema = z.object({
  tokenId: tokenIdSchema,
  label: z.string(),
  createdAt: timeMs,
  expiresAt: timeMs,
  lastUsedAt: timeMs.nullable(),
  revokedAt: timeMs.nullable(),
});
export type AccessTokenSummary = z.infer<typeof accessTokenSummarySchema>;

/** A new token; `token` is shown this once. */
export const accessTokenSchema = accessTokenSummarySchema.extend({ token: z.string() });
export type AccessToken = z.infer<typeof accessTokenSchema>;

/** `GET /api/tokens`: the member's own, newest first. */
export const accessTokenListSchema = z.object({ tokens: z.array(accessTokenSummarySchema) });
