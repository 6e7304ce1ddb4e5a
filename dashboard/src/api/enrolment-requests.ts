/** Machines that asked to be enrolled. */
import {
  approvedEnrollmentSchema,
  type ShownEnrollmentRequest,
  shownEnrollmentRequestSchema,
} from "@culvert/protocol/signaling";
import { apiRequest } from "./api-request.ts";

const path = "/api/enrollments/requests";

/** The machine that a link is about. */
export function showMachine(code: string): Promise<ShownEnrollmentRequest> {
  return apiRequest(`${path}/show`, { method: "POST", body: { code }, schema: shownEnrollmentRequestSchema });
}

/** Makes it a server of this account; gives its id. */
export async function approveMachine(code: string): Promise<string> {
  const body = { code };
  return (await apiRequest(`${path}/approve`, { method: "POST", body, schema: approvedEnrollmentSchema })).serverId;
}
