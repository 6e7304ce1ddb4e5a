/** Arguments as people type them, checked. Each throws InvalidArgumentError in words. */
import { TunnelError } from "@culvert/protocol";
import { InvalidArgumentError } from "commander";
import { type ServicePlace, writtenTarget } from "../../config/written-target.ts";

/** A port number. */
export function portFrom(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError("A port is a number from 1 to 65535.");
}

/** Where an app lives. */
export function placeFrom(text: string): ServicePlace {
  try {
    return writtenTarget(text);
  } catch (thrown) {
    throw new InvalidArgumentError(TunnelError.from(thrown).message);
  }
}

/** What a service is called. */
export function serviceNameFrom(text: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(text)) return text;
  throw new InvalidArgumentError("A name is made of lower-case letters, digits and hyphens, 63 at most.");
}

/** The socket of a tmux server, by its name. */
export function tmuxFrom(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/.test(text)) return text;
  throw new InvalidArgumentError("A tmux socket is named with letters, digits and hyphens, 32 at most.");
}

/** How many lines to show. */
export function countFrom(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A count is a number from 0 to 9999.");
}

/** A short time. */
export function secondsFrom(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Seconds are a number from 0 to 999.");
}
