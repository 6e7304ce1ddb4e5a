/** Says what of the app cannot work here: to the developer in the console, to the person by the App View. */
import type { PageToCore } from "../ports/page-port.ts";
import { type AppTrouble, troubleDetailLength } from "../ports/trouble.ts";

/** Reports a trouble; the App View has the words for it. */
export type TroubleReport = (kind: AppTrouble["kind"], detail: string) => void;

/** A report by way of a page port. An address is told without the origin that the person never sees. */
export function troubleReport(origin: string, post: (message: PageToCore) => void): TroubleReport {
  return (kind, detail) => {
    console.warn(`Culvert: not possible here: ${kind} (${detail})`);
    const path = detail.startsWith(`${origin}/`) ? detail.slice(origin.length) : detail;
    post({ type: "trouble", trouble: { kind, detail: path.slice(0, troubleDetailLength) } });
  };
}
