/** Which control plane `culvert connect` talks to: the one this machine is enrolled at, or a new one by a code. */
import { TunnelError } from "@culvert/protocol";
import {
  type AgentIdentity,
  type Enrolment,
  loadEnrolment,
  redeemEnrolment,
  storeEnrolment,
} from "../identity/index.ts";

export interface EnrolmentWish {
  readonly dataFolder: string;
  readonly serverUrl: string | undefined;
  readonly enrolmentCode: string | undefined;
  readonly label: string;
  /** True where the label was asked for, not taken from the machine's name. */
  readonly isLabelAsked: boolean;
}

/** Whom this machine asks for what it was not given. */
export interface EnrolmentQuestions {
  /** The dashboard's address; undefined where nobody can be asked. */
  askServerUrl(): Promise<string | undefined>;
  /** Without a code: a link is shown, and somebody signed in approves. */
  askOwner(serverUrl: string): Promise<Enrolment>;
}

/** Spent codes do no harm on a machine that is enrolled there: people run the same command again. */
const spentCodes: ReadonlySet<string> = new Set(["already-used", "expired"]);

/**
 * The stored enrolment, or a new one, which is stored: by the code, or by asking at the address that was given. Rejects in
 * words that say what to do.
 */
export async function enrolmentFor(
  identity: AgentIdentity,
  wish: EnrolmentWish,
  { askServerUrl, askOwner }: EnrolmentQuestions,
): Promise<Enrolment> {
  const stored = await loadEnrolment(wish.dataFolder);
  const serverUrl = originOf(wish.serverUrl) ?? stored?.serverUrl ?? originOf(await askServerUrl());
  const known = stored?.serverUrl === serverUrl ? stored : undefined;
  const enrolmentCode = wish.enrolmentCode;
  if (enrolmentCode === undefined && known !== undefined) return relabelled(known, wish);
  if (serverUrl === undefined) throw notEnrolled();
  if (enrolmentCode === undefined) {
    const enrolment = await askOwner(serverUrl);
    await storeEnrolment(wish.dataFolder, enrolment);
    return enrolment;
  }
  try {
    const enrolment = await redeemEnrolment({ serverUrl, enrolmentCode, label: wish.label, identity });
    await storeEnrolment(wish.dataFolder, enrolment);
    return enrolment;
  } catch (thrown) {
    const error = TunnelError.from(thrown);
    if (known !== undefined && spentCodes.has(error.code)) return relabelled(known, wish);
    throw error;
  }
}

async function relabelled(
  enrolment: Enrolment,
  { dataFolder, label, isLabelAsked }: EnrolmentWish,
): Promise<Enrolment> {
  if (!isLabelAsked || enrolment.label === label) return enrolment;
  const changed = { ...enrolment, label };
  await storeEnrolment(dataFolder, changed);
  return changed;
}

/** The origin of an address as people type it, with or without `https://`. Throws `invalid-request` in words. */
export function originOf(serverUrl: string | undefined): string | undefined {
  if (serverUrl === undefined) return undefined;
  const url = URL.parse(serverUrl.includes("://") ? serverUrl : `https://${serverUrl}`);
  if (url !== null && ["http:", "https:"].includes(url.protocol)) return url.origin;
  const hint = "Give the address that the dashboard shows in the browser.";
  throw new TunnelError("invalid-request", `"${serverUrl}" is no address of a server`, { hint });
}

function notEnrolled(): TunnelError {
  const hint =
    "Press Add server in the dashboard and run the command that it shows. Or name the dashboard with --server, and approve the link.";
  return new TunnelError("unauthenticated", "This machine is not enrolled anywhere yet.", { hint });
}
