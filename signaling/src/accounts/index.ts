export * from "./account-routes.ts";
export * from "./accounts.ts";
export { clientAddressHeader, type SignInEnd } from "./authentication.ts";
export * from "./cookie-names.ts";
export * from "./same-origin.ts";
export * from "./sign-in-guard.ts";
