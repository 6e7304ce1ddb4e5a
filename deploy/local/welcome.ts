/** What `npm start` prints: where, how to sign in, what to press. Plain text where the output is no terminal. */
import { styleText } from "node:util";

/** What there is to say. */
export interface Welcome {
  readonly dashboardOrigin: string;
  readonly signInLink: string;
  readonly label: string;
  /** The app in words: `the showcase`, `your app`. */
  readonly app: string;
  readonly appPort: number;
  /** The port that was asked for and is taken. */
  readonly takenPort: number | undefined;
  /** Nothing answers there yet. */
  readonly isAppSilent: boolean;
  readonly dataFolder: string;
  readonly tookMs: number;
}

/** The lines, ready to print. */
export function welcomeLines(welcome: Welcome): readonly string[] {
  const { dashboardOrigin, signInLink, label, app, appPort, takenPort, isAppSilent, dataFolder, tookMs } = welcome;
  const seconds = dim(`ready in ${(tookMs / 1000).toFixed(1)} s`);
  return [
    "",
    `  ${bold("Culvert")}  ${address(dashboardOrigin)}  ${seconds}`,
    ...(takenPort === undefined
      ? []
      : [`  ${warn(`Port ${takenPort} is taken, so it runs on ${new URL(dashboardOrigin).port}.`)}`]),
    "",
    `  ${dim("1")}  Sign in with this link; it works once. Press Later there if you only want to look:`,
    `     ${address(signInLink)}`,
    "",
    `  ${dim("2")}  Press ${bold("Open")} beside ${bold(label)}: ${app} on 127.0.0.1:${appPort} shows in your browser.`,
    ...(isAppSilent
      ? [`     ${warn(`Nothing answers on port ${appPort} yet. Start your app; the page shows it by itself.`)}`]
      : []),
    "",
    `  ${dim(`Account, keys and enrolment are in ${dataFolder}. Ctrl-C ends everything.`)}`,
    "",
  ];
}

/** The last line of an orderly end. */
export function goodbyeLine(): string {
  return dim("  Ended. The next start uses the same account and prints a new sign-in link.");
}

const bold = (text: string): string => styleText("bold", text);
const dim = (text: string): string => styleText("dim", text);
const warn = (text: string): string => styleText("yellow", text);
const address = (text: string): string => styleText("cyan", text);
