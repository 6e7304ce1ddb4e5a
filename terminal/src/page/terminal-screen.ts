/**
 * The terminal on the page: xterm.js told what to show and asked what was typed.
 * Invariant: it answers no program: what a program asks its terminal was answered on the machine, once.
 */
import "./style-nonce.ts";
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import { terminalLimits } from "../limits.ts";
import { terminalPalette } from "./terminal-palette.ts";
import { onScheme } from "./theme.ts";

export interface TerminalScreenOptions {
  readonly place: HTMLElement;
  readonly fontSizePx: number;
  onTyped(bytes: Uint8Array): void;
  /** Some text is selected, or none. */
  onSelection(isAny: boolean): void;
  /** The size that fits may be another one. */
  onSpace(): void;
}

const encoder = new TextEncoder();

export class TerminalScreen {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #stopScheme: () => void;
  readonly #space: ResizeObserver;

  constructor({ place, fontSizePx, onTyped, onSelection, onSpace }: TerminalScreenOptions) {
    this.#terminal = new Terminal({
      fontFamily: '"JetBrains Mono Variable", ui-monospace, Menlo, Consolas, monospace',
      fontSize: fontSizePx,
      lineHeight: 1.2,
      scrollback: terminalLimits.scrollbackLines,
      cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      minimumContrastRatio: 4.5,
      screenReaderMode: false,
      allowProposedApi: true,
      macOptionIsMeta: true,
    });
    this.#terminal.loadAddon(this.#fit);
    keepQuiet(this.#terminal);
    this.#terminal.open(place);
    this.#terminal.textarea?.setAttribute("aria-label", "Terminal input");
    this.#terminal.onData((text) => onTyped(encoder.encode(text)));
    this.#terminal.onBinary((text) => onTyped(Uint8Array.from(text, (character) => character.charCodeAt(0))));
    this.#terminal.onSelectionChange(() => onSelection(this.#terminal.hasSelection()));
    this.#terminal.attachCustomKeyEventHandler((event) => this.#isForTerminal(event));
    this.#stopScheme = onScheme((scheme) => {
      this.#terminal.options.theme = terminalPalette(scheme);
    });
    this.#space = new ResizeObserver(onSpace);
    this.#space.observe(place);
  }

  /** Clears everything and shows this. */
  redraw({
    columns,
    rows,
    screen,
  }: {
    readonly columns: number;
    readonly rows: number;
    readonly screen: string;
  }): void {
    this.#terminal.reset();
    this.#terminal.resize(columns, rows);
    this.#terminal.write(screen);
  }

  write(bytes: Uint8Array): void {
    this.#terminal.write(bytes);
  }

  resize(columns: number, rows: number): void {
    if (columns !== this.#terminal.cols || rows !== this.#terminal.rows) this.#terminal.resize(columns, rows);
  }

  /** The size that fills the place; undefined before it is laid out. */
  fitting(): { readonly columns: number; readonly rows: number } | undefined {
    const proposed = this.#fit.proposeDimensions();
    if (proposed === undefined || Number.isNaN(proposed.cols) || Number.isNaN(proposed.rows)) return undefined;
    const { columns, rows } = terminalLimits;
    return {
      columns: Math.min(columns.max, Math.max(columns.min, proposed.cols)),
      rows: Math.min(rows.max, Math.max(rows.min, proposed.rows)),
    };
  }

  /** A program asked for cursor keys in their other form. */
  get isApplicationMode(): boolean {
    return this.#terminal.modes.applicationCursorKeysMode;
  }

  get selection(): string {
    return this.#terminal.getSelection();
  }

  /** Types it as a paste: a program that asked to know is told. */
  paste(text: string): void {
    this.#terminal.paste(text);
  }

  /** Whether keys are taken: a page that may only look has no cursor. */
  set isTyping(isTyping: boolean) {
    this.#terminal.options.disableStdin = !isTyping;
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** Lines of the buffer as text, those above the screen too; trailing empty ones left out. */
  text(): string {
    const { active } = this.#terminal.buffer;
    const lines = Array.from(
      { length: active.length },
      (_, index) => active.getLine(index)?.translateToString(true) ?? "",
    );
    return lines.join("\n").trimEnd();
  }

  close(): void {
    this.#space.disconnect();
    this.#stopScheme();
    this.#terminal.dispose();
  }

  /** Ctrl+Shift+C and V are the browser's: copy and paste, as terminals have them. */
  #isForTerminal(event: KeyboardEvent): boolean {
    if (!event.ctrlKey || !event.shiftKey || event.metaKey) return true;
    if (event.code === "KeyC" && event.type === "keydown") {
      event.preventDefault();
      void copyText(this.selection);
      return false;
    }
    return event.code !== "KeyV";
  }
}

/** Puts it on the clipboard; resolves with false where the browser does not let it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const isCopied = document.execCommand("copy");
    field.remove();
    return isCopied;
  }
}

/** Questions of programs (device attributes, cursor and window reports, modes, settings, colours) end here. */
function keepQuiet({ parser }: Terminal): void {
  const taken = () => true;
  for (const prefix of [undefined, ">", "="] as const) {
    parser.registerCsiHandler({ ...(prefix && { prefix }), final: "c" }, taken);
  }
  parser.registerCsiHandler({ final: "n" }, taken);
  parser.registerCsiHandler({ prefix: "?", final: "n" }, taken);
  parser.registerCsiHandler({ prefix: ">", final: "q" }, taken);
  parser.registerCsiHandler({ final: "t" }, taken);
  parser.registerCsiHandler({ intermediates: "$", final: "p" }, taken);
  parser.registerCsiHandler({ prefix: "?", intermediates: "$", final: "p" }, taken);
  parser.registerDcsHandler({ intermediates: "$", final: "q" }, taken);
  parser.registerDcsHandler({ intermediates: "+", final: "q" }, taken);
  for (const colour of [4, 10, 11, 12]) parser.registerOscHandler(colour, (data) => /(^|;)\?/.test(data));
  // Programs do not reach the clipboard of whoever looks.
  parser.registerOscHandler(52, taken);
}
