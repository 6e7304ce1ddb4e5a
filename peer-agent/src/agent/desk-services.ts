/** What the desk knows of the services that are offered now: their names, their terminals, their requests. */
import type { DeskOptions } from "../desk/desk.ts";
import { type ReplayOptions, requestDeskFor } from "./replays.ts";
import { terminalLists } from "./terminal-lists.ts";

/** The parts of a desk that stand on services. */
export function deskServices(options: ReplayOptions): Pick<DeskOptions, "isService" | "terminals" | "requestDesk"> {
  return {
    isService: (name) => options.services().some(({ definition }) => definition.name === name),
    terminals: () => terminalLists(options.services()),
    requestDesk: requestDeskFor(options),
  };
}
