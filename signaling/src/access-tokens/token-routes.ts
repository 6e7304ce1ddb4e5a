/** Access tokens over HTTP: a member's own. */
import {
  accessTokenListSchema,
  accessTokenSchema,
  createAccessTokenSchema,
  tokenIdSchema,
} from "@culvert/protocol/signaling";
import { z } from "zod";
import { type Accounts, actorOf, requireAccount } from "../accounts/index.ts";
import { type Api, answersWith } from "../api/typed-api.ts";
import type { AccessTokens } from "./access-tokens.ts";

/** What the routes stand on. */
export interface TokenRoutesOptions {
  readonly accounts: Accounts;
  readonly accessTokens: AccessTokens;
}

/** Adds the routes. */
export function addTokenRoutes(api: Api, { accounts, accessTokens }: TokenRoutesOptions): void {
  api.get(
    "/api/tokens",
    { schema: answersWith(accessTokenListSchema, "Tokens by which programs act for you") },
    async (request) => {
      const { memberId } = await requireAccount(accounts, request);
      return { tokens: await accessTokens.list(memberId) };
    },
  );

  api.post(
    "/api/tokens",
    {
      schema: {
        body: createAccessTokenSchema,
        ...answersWith(accessTokenSchema, "A token by which a program acts for you"),
      },
    },
    async (request) => {
      const account = await requireAccount(accounts, request);
      return accessTokens.create(actorOf(account, request.ip), account, request.body);
    },
  );

  api.delete(
    "/api/tokens/:tokenId",
    {
      schema: {
        params: z.object({ tokenId: tokenIdSchema }),
        ...answersWith(z.object({}), "Takes a token back, and what it opened"),
      },
    },
    async (request) => {
      const account = await requireAccount(accounts, request);
      await accessTokens.revoke(actorOf(account, request.ip), request.params.tokenId);
      return {};
    },
  );
}
