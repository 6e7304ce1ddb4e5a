/** One real app: how it is started, and what its check does with it as a person would. Its `install.sh` brings it. */
import type { Frame, Page } from "playwright-core";

/** How an app is reached: at its own address, in a tab on its app origin, or in the frame of the App View. */
export const ways = ["direct", "tab", "app-view"] as const;
export type Way = (typeof ways)[number];

/** An app that is open to a check. */
export interface Visit {
  readonly way: Way;
  /** The tab: keys, pop-ups and downloads come from here. */
  readonly page: Page;
  /** The app's own document; it stays the same over navigations. */
  readonly app: Frame;
  /** Where the app is installed. */
  readonly folder: string;
  /** What the app keeps its files in, on this machine. */
  readonly dataFolder: string;
  /** Leads to a path of the app and waits for its document to load. */
  goto(path: string): Promise<void>;
}

/** Where an app is to run. */
export interface Place {
  /** Where its `install.sh` put it. */
  readonly folder: string;
  /** An empty folder for this run. */
  readonly dataFolder: string;
  /** A free port of 127.0.0.1. */
  readonly port: number;
}

/** A program with its arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** An app that nobody has changed for us. */
export interface RealApp {
  /** Its folder here, and its name for `--only`. */
  readonly name: string;
  readonly title: string;
  /** What the check drives, for the table. */
  readonly drives: string;
  /** Answered with success once the app is ready. */
  readonly readyPath: string;
  /** Its version as it is installed. */
  version(folder: string): string;
  /** Starts it on its port. */
  command(place: Place): Command;
  /** Puts into the data folder what the app finds there. */
  prepare?(place: Place): void;
  /** Uses the app. Throws where something is not as a person would expect it. */
  check(visit: Visit): Promise<void>;
}
