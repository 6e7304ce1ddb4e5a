/** /api/auth/challenge and /api/auth/proofs: how a browser shows that it holds the key of its sign-in. */
import { TunnelError } from "@culvert/protocol";
import { keyChallengeSchema, keyProofSchema, proveKeySchema } from "@culvert/protocol/signaling";
import { type Api, answersWith } from "../api/typed-api.ts";
import type { Accounts } from "./accounts.ts";
import type { KeyProofs } from "./key-proofs.ts";
import { requireSameOrigin } from "./same-origin.ts";

/** What the routes stand on. `keyProofs`: undefined where no proof is asked for. */
export interface ProofRoutesOptions {
  readonly accounts: Accounts;
  readonly keyProofs: KeyProofs | undefined;
}

/** Adds the routes. */
export function addProofRoutes(api: Api, { accounts, keyProofs }: ProofRoutesOptions): void {
  api.get(
    "/api/auth/challenge",
    { schema: answersWith(keyChallengeSchema, "What a browser's key signs next, where a proof of it is asked for") },
    async (request) => {
      requireSameOrigin(request);
      if (keyProofs === undefined) throw new TunnelError("not-found", "No proof of a key is asked for here.");
      return keyProofs.challenge();
    },
  );

  api.post(
    "/api/auth/proofs",
    { schema: { body: proveKeySchema, ...answersWith(keyProofSchema, "Proves that this browser made the sign-in") } },
    async (request) => {
      requireSameOrigin(request);
      return accounts.prove(request.headers, request.body.signed);
    },
  );
}
