export * from "./app-origin-site.ts";
export * from "./app-origins.ts";
export * from "./dashboard-site.ts";
export * from "./host-names.ts";
export * from "./leak-counter.ts";
export * from "./plain-page.ts";
export * from "./security-headers.ts";
