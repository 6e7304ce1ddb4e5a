/** Keys, data folder and enrolment of an agent. */
export * from "./agent-identity.ts";
export * from "./data-folder.ts";
export * from "./enrolment.ts";
