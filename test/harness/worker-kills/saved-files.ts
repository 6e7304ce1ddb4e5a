/**
 * Files that the browser saves while its service worker is killed, one after the other.
 * Invariant: a file that the browser calls complete is compared with what it ought to be; one that broke off may say so.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BarePage } from "../bare-browser.ts";
import { contentOf } from "./busy-app.ts";

/** A link whose page never answered is followed by another after so long. */
const beginMs = 10_000;

/** What became of files so far. */
export class SavedFiles {
  whole = 0;
  failed = 0;
  readonly faults: string[] = [];
  readonly #page: BarePage;
  readonly #folder: string;
  readonly #click: (number: number) => Promise<unknown>;
  readonly #names = new Map<string, number>();
  #number = 0;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;

  /** `click` follows the link to a file's address in the app's page; `folder` takes the files. */
  constructor(page: BarePage, folder: string, click: (number: number) => Promise<unknown>) {
    this.#page = page;
    this.#folder = folder;
    this.#click = click;
  }

  /** Saves one file after the other until `stop`. */
  async start(): Promise<void> {
    const parameters = { behavior: "allowAndName", downloadPath: this.#folder, eventsEnabled: true };
    await this.#page.command("Browser.setDownloadBehavior", parameters);
    this.#page.onEvent("Browser.downloadWillBegin", ({ guid, suggestedFilename }) => {
      clearTimeout(this.#timer);
      this.#names.set(String(guid), Number.parseInt(String(suggestedFilename), 10));
    });
    this.#page.onEvent("Browser.downloadProgress", ({ guid, state }) => {
      if (state === "completed") this.#check(String(guid));
      if (state === "canceled") this.failed += 1;
      if (state !== "inProgress") this.#next();
    });
    this.#next();
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #next(): void {
    if (this.#isOver) return;
    this.#number += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.failed += 1;
      this.#next();
    }, beginMs);
    this.#click(this.#number).catch(() => {});
  }

  #check(guid: string): void {
    const number = this.#names.get(guid) ?? Number.NaN;
    const saved = readFileSync(join(this.#folder, guid));
    const wanted = contentOf(number);
    if (saved.equals(wanted)) this.whole += 1;
    else this.faults.push(`file ${number} was saved as complete with ${saved.length} of ${wanted.length} bytes`);
  }
}
