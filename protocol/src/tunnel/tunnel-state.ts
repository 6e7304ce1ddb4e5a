/**
 * The life of a tunnel as one transition table; SPEC.md §Tunnel states repeats it.
 * detached: no path, kept for the grace time. attached: at least one path. closed: over for good.
 */
export type TunnelPhase = "detached" | "attached" | "closed";
export type TunnelInput = "path-added" | "last-path-lost" | "close";

export const tunnelTransitions: Readonly<Record<TunnelPhase, Readonly<Partial<Record<TunnelInput, TunnelPhase>>>>> = {
  detached: { "path-added": "attached", close: "closed" },
  attached: { "last-path-lost": "detached", close: "closed" },
  closed: {},
};
