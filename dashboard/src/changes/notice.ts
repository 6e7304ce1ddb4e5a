/** What a notice says. */

/** One notice. `undo`: takes the change back; it is offered for as long as the notice stands. */
export interface Notice {
  readonly text: string;
  readonly undo?: (() => Promise<unknown>) | undefined;
}
