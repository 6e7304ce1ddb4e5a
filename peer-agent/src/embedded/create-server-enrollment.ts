/** The owner's half of an enrolment, for programs that act for an account. */
import type { Enrollment } from "@culvert/protocol/signaling";
import { enrollmentSchema } from "@culvert/protocol/signaling";
import { postToControlPlane } from "../identity/control-plane-request.ts";

export interface CreateServerEnrollmentOptions {
  /** Origin of the dashboard, `https://culvert.example`. */
  readonly serverUrl: string;
  /** An access token of an account's owner. */
  readonly accessToken: string;
}

/**
 * A code that enrols one machine, once, within ten minutes; give it to that machine and nobody else. `command` is what a
 * person would type there. Rejects with the control plane's own code, `unauthenticated` for a token that is none.
 */
export async function createServerEnrollment(options: CreateServerEnrollmentOptions): Promise<Enrollment> {
  const url = new URL("/api/enrollments", options.serverUrl);
  return postToControlPlane(url, {}, enrollmentSchema, { authorization: `Bearer ${options.accessToken}` });
}
