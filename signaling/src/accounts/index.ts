export * from "./access.ts";
export * from "./access-guard.ts";
export * from "./accounts.ts";
export * from "./actor.ts";
export { clientAddressHeader } from "./authentication.ts";
export * from "./cookie-names.ts";
export * from "./same-origin.ts";
export type { SignInEnd } from "./sign-in-end.ts";
