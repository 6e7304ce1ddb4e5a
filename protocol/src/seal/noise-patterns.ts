/** The two handshakes of the protocol as tables (Noise revision 34, https://noiseprotocol.org/noise.html §7 and §9.4). */

/** What one step of a message pattern does (§5.3, §9.2). */
export type NoiseToken = "e" | "s" | "ee" | "es" | "se" | "ss" | "psk";

/** A handshake: what is known before it, and the tokens of its two messages, initiator first. */
export interface NoisePattern {
  readonly protocolName: string;
  /** True where the initiator knows the responder's static key before (`<- s`). */
  readonly knowsResponder: boolean;
  /** True where `e` also mixes into the chaining key (§9.2). */
  readonly hasPsk: boolean;
  readonly messages: readonly [readonly NoiseToken[], readonly NoiseToken[]];
}

export const noisePatterns = {
  /** First path of a tunnel: the viewer proves its key in the first message, hidden from all but the agent. */
  IK: {
    protocolName: "Noise_IK_25519_AESGCM_SHA256",
    knowsResponder: true,
    hasPsk: false,
    messages: [
      ["e", "es", "s", "ss"],
      ["e", "ee", "se"],
    ],
  },
  /** Every further path: both know the tunnel's secret, fresh keys come from two ephemerals. */
  NNpsk0: {
    protocolName: "Noise_NNpsk0_25519_AESGCM_SHA256",
    knowsResponder: false,
    hasPsk: true,
    messages: [
      ["psk", "e"],
      ["e", "ee"],
    ],
  },
} as const satisfies Record<string, NoisePattern>;

export type NoisePatternName = keyof typeof noisePatterns;
