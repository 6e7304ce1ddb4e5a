/**
 * What the serializer leaves out of a screen: the scroll region (DECSTBM) and the saved cursor (DECSC). Followed by
 * listening to the parser, and written after the rest.
 */
import type { Terminal } from "@xterm/headless";

/** Follows one terminal from its beginning. */
export class UntoldState {
  readonly #terminal: Terminal;
  /** First and last line of the scroll region, from 1; undefined where it is the whole screen. */
  #region: readonly [number, number] | undefined;
  /** Line from the top of the buffer, and column. */
  #saved: readonly [number, number] | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    const { parser } = terminal;
    // Each says false: the terminal itself does what is asked.
    parser.registerCsiHandler({ final: "r" }, ([top = 0, bottom = 0]) => this.#setRegion(Number(top), Number(bottom)));
    parser.registerEscHandler({ final: "7" }, () => this.#save());
    parser.registerCsiHandler({ final: "s" }, () => this.#save());
    parser.registerEscHandler({ final: "c" }, () => this.#reset());
    parser.registerCsiHandler({ intermediates: "!", final: "p" }, () => this.#reset());
    terminal.onResize(() => this.#reset());
  }

  /** To be written after the screen; the cursor ends where it was. */
  written(): string {
    const { cursorX, cursorY, baseY } = this.#terminal.buffer.active;
    const region = this.#region === undefined ? "" : `\x1b[${this.#region[0]};${this.#region[1]}r`;
    const saved = this.#saved === undefined ? "" : `${moveTo(this.#saved[0] - baseY, this.#saved[1])}\x1b7`;
    if (region === "" && saved === "") return "";
    // A cursor behind the last column waits to wrap; moving it there would end that, and it is on the last one then.
    return `${region}${saved}${moveTo(cursorY, cursorX)}`;
  }

  #setRegion(top: number, bottom: number): false {
    const { rows } = this.#terminal;
    const first = top || 1;
    const last = bottom === 0 || bottom > rows ? rows : bottom;
    if (last > first) this.#region = first === 1 && last === rows ? undefined : [first, last];
    return false;
  }

  #save(): false {
    const { cursorX, cursorY, baseY } = this.#terminal.buffer.active;
    this.#saved = [baseY + cursorY, cursorX];
    return false;
  }

  #reset(): false {
    this.#region = undefined;
    this.#saved = undefined;
    return false;
  }
}

function moveTo(line: number, column: number): string {
  return `\x1b[${Math.max(0, line) + 1};${column + 1}H`;
}
