/** What somebody typed into the share dialog, and what is asked of the agent for it. Pure. */
import type { CreateShare, ShareId } from "@culvert/protocol/signaling";

/** The dialog's fields as they stand. */
export interface ShareWish {
  readonly serviceName: string;
  readonly label: string;
  readonly hours: string;
  readonly paths: string;
  readonly readOnly: boolean;
  readonly uses: string;
  readonly pin: string;
}

/** What is wrong with it, in words; undefined where nothing is. */
export function wishFault({ paths, uses, pin }: ShareWish): string | undefined {
  if (pathsOf(paths).some((path) => !path.startsWith("/"))) return "A path begins with a slash, as in /docs.";
  if (uses.trim() !== "" && !/^[1-9]\d{0,3}$/.test(uses.trim())) return "Devices are a number from 1 to 9999.";
  if (pin.trim() !== "" && pin.trim().length < 4) return "A PIN has 4 characters or more.";
  return undefined;
}

/** The request; the wish must have no fault. */
export function shareRequestOf(
  wish: ShareWish,
  { shareId, proofHash, nowMs }: { shareId: ShareId; proofHash: string; nowMs: number },
): CreateShare {
  const pathPrefixes = pathsOf(wish.paths);
  const uses = wish.uses.trim();
  const pin = wish.pin.trim();
  return {
    ...{ shareId, proofHash, label: wish.label.trim(), expiresAt: nowMs + Number(wish.hours) * 3_600_000 },
    scope: {
      ...{ serviceName: wish.serviceName, readOnly: wish.readOnly },
      ...(pathPrefixes.length === 0 ? {} : { pathPrefixes }),
    },
    ...(uses === "" ? {} : { uses: Number(uses) }),
    ...(pin === "" ? {} : { pin }),
  };
}

function pathsOf(text: string): string[] {
  return text
    .split(",")
    .map((path) => path.trim())
    .filter((path) => path !== "");
}
