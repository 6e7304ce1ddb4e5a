/** Runs a server as a process: announces where it is, ends it on SIGINT and SIGTERM. */
import type { Enrollment } from "@culvert/protocol/signaling";
import type { SignalingServerOptions } from "../config/index.ts";
import { createSignalingServer, type SignalingServer, type SignInLink } from "../server/index.ts";

/** What to say once the server listens. */
export interface Announcing {
  /** `first`: while the owner has neither a password nor a passkey. */
  readonly signInLink: "always" | "first" | "never";
  readonly enrolmentCode: boolean;
  readonly json: boolean;
}

/** The one line that `--json` prints. */
export interface Announcement {
  readonly type: "listening";
  readonly host: string;
  readonly port: number;
  readonly dashboardOrigin: string;
  readonly signInLink?: SignInLink;
  readonly enrolment?: Enrollment;
}

/** Starts, announces, and resolves when the server has ended. */
export async function serve(options: SignalingServerOptions, announcing: Announcing): Promise<void> {
  const server = await createSignalingServer(options);
  const ended = new Promise<void>((resolve, reject) => {
    const end = () => server.close().then(resolve, reject);
    // A second signal ends the process as signals do.
    process.once("SIGINT", end);
    process.once("SIGTERM", end);
  });
  const announcement: Announcement = {
    type: "listening",
    host: server.address.host,
    port: server.address.port,
    dashboardOrigin: server.dashboardOrigin,
    ...((await wantsLink(server, announcing)) ? { signInLink: await server.createSignInLink() } : {}),
    ...(announcing.enrolmentCode ? { enrolment: await server.createEnrolmentCode() } : {}),
  };
  process.stdout.write(announcing.json ? `${JSON.stringify(announcement)}\n` : inWords(announcement));
  await ended;
}

async function wantsLink(server: SignalingServer, { signInLink }: Announcing): Promise<boolean> {
  return signInLink === "always" || (signInLink === "first" && (await server.needsSetUp()));
}

function inWords({ dashboardOrigin, signInLink, enrolment }: Announcement): string {
  const lines = [`Dashboard: ${dashboardOrigin}`];
  if (signInLink !== undefined) lines.push(`Sign in once with: ${signInLink.url}`);
  if (enrolment !== undefined) lines.push(`Enrol a machine with: ${enrolment.command}`);
  return `${lines.join("\n")}\n`;
}
