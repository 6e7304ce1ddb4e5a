/** One thing that a peer must do, and the section of SPEC.md that says so. */

/** A section of SPEC.md, by its heading. */
export type Section =
  | "Messages"
  | "Frames"
  | "Streams"
  | "Stream states"
  | "Tunnel states"
  | "Sealing"
  | "Handshakes"
  | "Objects"
  | "Records"
  | "HTTP"
  | "WebSocket"
  | "Control messages"
  | "Signaling"
  | "Limits";

/** A case of a suite; `run` rejects with a ConformanceFailure where the peer does something else. */
export interface ConformanceCase<Stage> {
  /** `room.behaviour`: what `--only` looks at. */
  readonly id: string;
  readonly section: Section;
  readonly title: string;
  /** It looks at what reaches the kit's app, so it is left out where the agent serves another one. */
  readonly needsApp?: boolean;
  run(stage: Stage): Promise<void>;
}

/** What was expected, and what was seen instead. `section`: where it is another one than the case's. */
export class ConformanceFailure extends Error {
  override readonly name = "ConformanceFailure";
  readonly section: Section | undefined;

  constructor(message: string, section?: Section) {
    super(message);
    this.section = section;
  }
}

/** Fails the case where a demand does not hold. */
export function demand(holds: boolean, message: string): void {
  if (!holds) throw new ConformanceFailure(message);
}
