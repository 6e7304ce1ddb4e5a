/** `culvert sign-in` and `sign-out`: an access token for commands that act for an account. */
import { TunnelError } from "@culvert/protocol";
import { z } from "zod";
import { loadEnrolment } from "../identity/index.ts";
import { callAsAccount } from "./account/account-api.ts";
import { type Account, forgetAccount, storeAccount } from "./account/stored-account.ts";
import { originOf } from "./connect-enrolment.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Output } from "./output.ts";
import { askSecret, askServerUrl } from "./questions.ts";

/** As much of `GET /api/account` as is told. */
const whoSchema = z.object({ email: z.string() });
const tokenBytesMax = 4_096;

/** Takes a token from the terminal or standard input, never from the command's words, which others can see. */
export async function runSignIn(serverUrl: string | undefined, dataFolder: string, output: Output): Promise<number> {
  const enrolment = await loadEnrolment(dataFolder);
  const url = originOf(serverUrl) ?? enrolment?.serverUrl ?? originOf(await askServerUrl(output));
  if (url === undefined) {
    const hint = "Name it: culvert sign-in --server https://culvert.example";
    throw new TunnelError("unauthenticated", "It is not known which dashboard to sign in at", { hint });
  }
  output.note(`Make an access token in the dashboard: ${url}/sessions`);
  const token = (await askSecret(output, "Access token:")) ?? (await standardInput());
  if (!/^culvert_\S{16,}$/.test(token)) {
    const hint = `An access token begins with culvert_. Copy it from ${url}/sessions, or pipe it: … | culvert sign-in`;
    throw new TunnelError("unauthenticated", "That is no access token", { hint });
  }
  const account: Account = { serverUrl: url, token };
  const { email } = await callAsAccount(account, { method: "GET", path: "/api/account", schema: whoSchema });
  await storeAccount(dataFolder, account);
  output.answer({ serverUrl: url, email }, [`${output.palette.marks.ready} Signed in at ${url} as ${email}.`]);
  return exitCodes.done;
}

/** Forgets the token of this machine. */
export async function runSignOut(dataFolder: string, output: Output): Promise<number> {
  const was = await forgetAccount(dataFolder);
  const words = was
    ? "Signed out: the access token is forgotten here. Revoke it under Sessions in the dashboard, if it is used nowhere else."
    : "Nobody was signed in here.";
  output.answer({ wasSignedIn: was }, [`${output.palette.marks.note} ${words}`]);
  return exitCodes.done;
}

async function standardInput(): Promise<string> {
  if (process.stdin.isTTY === true) return "";
  let text = "";
  for await (const part of process.stdin.setEncoding("utf8")) {
    text += part;
    if (text.length > tokenBytesMax) break;
  }
  return text.trim();
}

/** Why a command that acts for an account cannot. */
export function signInNeeded(): TunnelError {
  return new TunnelError("unauthenticated", "Nobody is signed in here", {
    hint: "Sign in first: culvert sign-in --server <dashboard>",
  });
}
