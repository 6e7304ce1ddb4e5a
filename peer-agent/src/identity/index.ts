/** Keys, data folder and enrolment of an agent. */
export * from "./agent-identity.ts";
export * from "./ask-enrolment.ts";
export * from "./data-folder.ts";
export * from "./enrolment.ts";
export * from "./identity-place.ts";
export * from "./key-rotation.ts";
export * from "./keychain.ts";
