/** A sign-in that is over, as the rest of the server, on every node, hears of it. */
export interface SignInEnd {
  readonly signInId: string;
  readonly accountId: string;
  /** Who ended it; empty where nobody did. */
  readonly address: string;
}
