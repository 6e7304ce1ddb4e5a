/** What the pages, frames and workers of a browser say, for the day on which a check fails. */
import type { BrowserContext, Page } from "playwright-core";

const keptLines = 2_000;

/** Adds the lines of everything in a context from now on, pop-ups and service workers included. */
export function followContext(context: BrowserContext, lines: string[]): void {
  const add = (line: string): void => {
    lines.push(line);
    lines.splice(0, lines.length - keptLines);
  };
  context.on("console", (message) => {
    add(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  context.on("serviceworker", (worker) => {
    add(`service worker: ${worker.url()}`);
    worker.on("console", (message) => add(`service worker ${message.type()}: ${message.text()} (${worker.url()})`));
  });
  context.on("weberror", (error) => add(`uncaught: ${error.error().stack ?? error.error().message}`));
  context.on("requestfailed", (request) => add(`failed: ${request.url()} ${request.failure()?.errorText ?? ""}`));
  context.on("response", (answer) => {
    if (answer.status() >= 400) add(`${answer.status()}: ${answer.request().method()} ${answer.url()}`);
  });
  context.on("page", (page: Page) => {
    page.on("websocket", (socket) => {
      add(`socket: ${socket.url()}`);
      socket.on("close", () => add(`socket closed: ${socket.url()}`));
    });
    page.on("framenavigated", (frame) => add(`document: ${frame.url()}`));
  });
}
