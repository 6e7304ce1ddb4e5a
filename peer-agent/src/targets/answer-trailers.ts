/** Trailers of a target's answer as they go on. Pure. */
import { endToEndHeaders, type HeaderList } from "@culvert/protocol/http";

/**
 * What frames, routes, authenticates or describes a message stands before its content (RFC 9110 §6.5.1): who reads it behind
 * the content has read the message otherwise than the agent and the viewer.
 */
const belongsBefore =
  /^(content-(encoding|length|location|range|type)|host|trailer|max-forwards|te|cache-control|expect|range|if-.*|authorization|(proxy|www)-.*|set-cookie|cookie|age|date|expires|location|retry-after|vary|warning|strict-transport-security|content-security-policy.*)$/i;

/** Those that may stand where they stand; the others are dropped, never moved into the head. */
export function trailersFromTarget(trailers: HeaderList): HeaderList {
  return endToEndHeaders(trailers).filter(([name]) => !belongsBefore.test(name));
}
