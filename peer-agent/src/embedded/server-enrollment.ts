/**
 * The machine's half of an enrolment: keys are made here, never leave, and are kept with what the control plane answered in
 * a folder that only its owner reads (0700, files 0600).
 */
import { hostname } from "node:os";
import type { ServerId } from "@culvert/protocol/signaling";
import {
  askForEnrolment,
  type Enrolment,
  loadEnrolment,
  loadIdentity,
  redeemEnrolment,
  storeEnrolment,
} from "../identity/index.ts";

/** What a program may show of an enrolment; nothing in it is secret. */
export interface ServerEnrollment {
  readonly serverId: ServerId;
  /** Origin of the dashboard. */
  readonly serverUrl: string;
  /** What the dashboard calls this machine. */
  readonly label: string;
}

interface Place {
  /** Origin of the dashboard, `https://culvert.example`. */
  readonly serverUrl: string;
  /** Keys and enrolment are kept here: one folder for each embedded server. */
  readonly dataFolder: string;
  /** The machine's name where it is left out. */
  readonly label?: string | undefined;
}

export interface RedeemServerEnrollmentOptions extends Place {
  /** From `createServerEnrollment` or the dashboard. */
  readonly code: string;
}

/**
 * Enrols this program's server with a code. Rejects with `expired`, `already-used`, `not-found` or `network`; what was
 * enrolled before stays then.
 */
export async function redeemServerEnrollment(options: RedeemServerEnrollmentOptions): Promise<ServerEnrollment> {
  const { serverUrl, dataFolder, code: enrolmentCode } = options;
  const identity = await loadIdentity(dataFolder);
  return stored(dataFolder, await redeemEnrolment({ serverUrl, enrolmentCode, label: labelOf(options), identity }));
}

export interface RequestServerEnrollmentOptions extends Place {
  /** Gives up the wait. */
  readonly signal?: AbortSignal | undefined;
  /** Show this to the person who runs the program: whoever is signed in and opens it can approve, until `expiresAt`. */
  onLink(link: { readonly url: string; readonly expiresAt: number }): void;
}

/** Enrols without a code: its owner opens a link and approves. Rejects with `expired`, `canceled` or `network`. */
export async function requestServerEnrollment(options: RequestServerEnrollmentOptions): Promise<ServerEnrollment> {
  const { serverUrl, dataFolder, onLink } = options;
  const identity = await loadIdentity(dataFolder);
  const signal = options.signal ?? new AbortController().signal;
  const asked = { serverUrl, label: labelOf(options), identity, signal, onLink, onApproved: () => {} };
  return stored(dataFolder, await askForEnrolment(asked));
}

/** What a folder is enrolled at; undefined where it is not. */
export async function serverEnrollmentOf(dataFolder: string): Promise<ServerEnrollment | undefined> {
  const enrolment = await loadEnrolment(dataFolder);
  return enrolment && shown(enrolment);
}

async function stored(dataFolder: string, enrolment: Enrolment): Promise<ServerEnrollment> {
  await storeEnrolment(dataFolder, enrolment);
  return shown(enrolment);
}

function shown({ serverId, serverUrl, label }: Enrolment): ServerEnrollment {
  return { serverId, serverUrl, label };
}

function labelOf({ label }: Place): string {
  return (label ?? hostname()).trim().slice(0, 64) || "server";
}
