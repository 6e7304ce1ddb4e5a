export * from "./enrolment.ts";
export * from "./enrolment-routes.ts";
export * from "./key-proofs.ts";
