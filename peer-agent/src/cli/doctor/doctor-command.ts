/** `culvert doctor`: looks at everything between an app of this machine and its viewers, and says what to do. */
import { TunnelError } from "@culvert/protocol";
import { loadEnrolment } from "../../identity/index.ts";
import { isLocalhostName } from "../../network/localhost-lookup.ts";
import { type Account, loadAccount } from "../account/stored-account.ts";
import { originOf } from "../connect-enrolment.ts";
import { exitCodes } from "../exit-codes.ts";
import type { AgentStatus } from "../local/agent-status.ts";
import type { Output } from "../output.ts";
import { counted } from "../spoken.ts";
import { padded } from "../text-table.ts";
import { type Finding, findingMarks, skipped, wrong } from "./finding.ts";
import { agentFinding, enrolmentFinding, keysFinding, proxyFinding, targetFindings } from "./machine-findings.ts";
import { apiFinding, connectionFinding, nameFinding, socketFindings } from "./server-findings.ts";
import { probeStun, type StunServer } from "./stun-probe.ts";
import { tryTunnel } from "./tunnel-findings.ts";
import { stunFindings, stunServersOf, turnFinding } from "./udp-findings.ts";

/** Where a dashboard's own STUN responder is unless its owner moved it. */
const usualStunPort = 3478;

/** What to look at. */
export interface DoctorWish {
  /** The enrolled one where it is left out. */
  readonly serverUrl: string | undefined;
  /** Further STUN servers, to tell kinds of NAT apart. */
  readonly stunServers: readonly StunServer[];
}

/** Looks, and writes each finding when it is there. Resolves with `failed` where something is wrong. */
export async function runDoctor(wish: DoctorWish, dataFolder: string, output: Output): Promise<number> {
  const findings: Finding[] = [];
  const say = (...found: readonly Finding[]) => {
    for (const finding of found) {
      findings.push(finding);
      if (output.isJson) continue;
      output.note(`${padded(finding.check, 12)} ${finding.seen}`, findingMarks[finding.state]);
      if (finding.todo !== "") process.stdout.write(`  ${" ".repeat(12)} → ${finding.todo}\n`);
    }
  };
  say(await keysFinding(dataFolder), await enrolmentFinding(dataFolder));
  const { finding, status } = await agentFinding(dataFolder);
  say(finding, ...targetFindings(status));
  const proxy = proxyFinding(process.env);
  if (proxy !== undefined) say(proxy);
  const url = await addressOf(wish, dataFolder);
  if (url === undefined)
    say(wrong("server", "it is not known which dashboard to look at", "culvert doctor --server <dashboard>"));
  else await lookAtServer({ url, status, wish, dataFolder }, say);
  const wrongs = findings.filter(({ state }) => state === "wrong").length;
  const words =
    wrongs === 0 ? "Nothing is wrong." : `${counted(wrongs, "fault")}: what to do stands behind each arrow.`;
  output.answer({ findings, isWell: wrongs === 0 }, ["", words]);
  return wrongs === 0 ? exitCodes.done : exitCodes.failed;
}

interface Subject {
  readonly url: URL;
  readonly status: AgentStatus | undefined;
  readonly wish: DoctorWish;
  readonly dataFolder: string;
}

async function lookAtServer(subject: Subject, say: (...found: readonly Finding[]) => void): Promise<void> {
  const { url, status, wish, dataFolder } = subject;
  const name = await nameFinding(url);
  say(name);
  if (name.state === "wrong") return;
  const connection = await connectionFinding(url);
  say(connection);
  if (connection.state === "wrong") return;
  const api = await apiFinding(url);
  say(api);
  if (api.state === "wrong") return;
  say(...(await socketFindings(url)));
  const account = await accountAt(url, dataFolder);
  const trial =
    account === undefined || status === undefined || status.link.state !== "online"
      ? undefined
      : await tryTunnel(account, status, dataFolder);
  if (trial === undefined) say(skipped("relay", "a tunnel was not tried", tunnelTodo(account, status)));
  else say(...trial.findings);
  const servers = trial?.session?.iceServers ?? [];
  await lookAtUdp(url, [...stunServersOf(servers), ...wish.stunServers], say);
  for (const server of servers) {
    for (const address of server.urls.filter((candidate) => /^turns?:/.test(candidate))) {
      say(await turnFinding(server, address));
    }
  }
  if (!servers.some(({ urls }) => urls.some((address) => /^turns?:/.test(address)))) {
    say(
      skipped(
        "turn",
        trial === undefined ? "servers are told to viewers alone" : "this dashboard names no TURN server",
      ),
    );
  }
}

async function lookAtUdp(
  { hostname }: URL,
  named: readonly StunServer[],
  say: (...found: readonly Finding[]) => void,
): Promise<void> {
  if (named.length === 0 && isLocalhostName(hostname)) {
    say(skipped("stun", "the dashboard is this machine: paths within it need no STUN"));
    return;
  }
  const servers = named.length > 0 ? named : [{ host: hostname.replace(/^\[|\]$/g, ""), port: usualStunPort }];
  say(...stunFindings(await probeStun(servers)));
}

function tunnelTodo(account: Account | undefined, status: AgentStatus | undefined): string {
  if (account === undefined) return "Sign in, and a tunnel is opened for a trial: culvert sign-in";
  return status === undefined ? "Start the agent: culvert connect <port>" : "The agent is not online yet.";
}

async function accountAt(url: URL, dataFolder: string): Promise<Account | undefined> {
  const account = await loadAccount(dataFolder).catch(() => undefined);
  return account !== undefined && new URL(account.serverUrl).origin === url.origin ? account : undefined;
}

async function addressOf({ serverUrl }: DoctorWish, dataFolder: string): Promise<URL | undefined> {
  const enrolment = await loadEnrolment(dataFolder).catch((thrown: unknown) => {
    if (thrown instanceof TunnelError) return undefined;
    throw thrown;
  });
  const address = originOf(serverUrl) ?? enrolment?.serverUrl;
  return address === undefined ? undefined : new URL(address);
}
