export * from "./enrolment.ts";
export * from "./enrolment-requests.ts";
export * from "./enrolment-routes.ts";
export * from "./key-proofs.ts";
export * from "./key-rotation.ts";
