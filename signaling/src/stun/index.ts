export * from "./stun-responder.ts";
