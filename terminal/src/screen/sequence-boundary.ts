/**
 * Where output can be cut: between characters and control sequences, never inside one (ECMA-48 §5.4, UTF-8). Pure.
 * A screen that is told from a cut on is the same as one that was told everything.
 */

type State = "ground" | "escape" | "control" | "text";

/** Follows output; knows how many of its last bytes belong to something unfinished. */
export class SequenceBoundary {
  #state: State = "ground";
  /** Bytes of a character that are still to come. */
  #characterBytes = 0;
  #isC1 = false;
  #pendingBytes = 0;

  /** Bytes since the last cut; they have changed nothing on the screen yet. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  feed(bytes: Uint8Array): void {
    for (const byte of bytes) {
      this.#take(byte);
      this.#pendingBytes = this.#state === "ground" && this.#characterBytes === 0 ? 0 : this.#pendingBytes + 1;
    }
  }

  #take(byte: number): void {
    if (this.#characterBytes > 0 && byte >= 0x80 && byte <= 0xbf) {
      this.#characterBytes -= 1;
      if (this.#isC1) this.#state = stateAfter(byte) ?? this.#state;
      this.#isC1 = false;
      return;
    }
    this.#characterBytes = 0;
    this.#isC1 = false;
    // CAN and SUB end whatever there was; ESC begins anew (ECMA-48 §5.4, VT510).
    if (byte === 0x18 || byte === 0x1a) this.#state = "ground";
    else if (byte === 0x1b) this.#state = "escape";
    else if (byte >= 0xc2) this.#beginCharacter(byte);
    else this.#state = next(this.#state, byte);
  }

  #beginCharacter(byte: number): void {
    this.#characterBytes = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
    this.#isC1 = byte === 0xc2;
    // A sequence ends where a character that cannot be in it begins; a text holds it.
    if (this.#state !== "text") this.#state = "ground";
  }
}

function next(state: State, byte: number): State {
  switch (state) {
    case "ground":
      return "ground";
    case "escape":
      if (byte === 0x5b) return "control";
      if ([0x50, 0x58, 0x5d, 0x5e, 0x5f].includes(byte)) return "text";
      return byte < 0x30 || byte === 0x7f ? "escape" : "ground";
    case "control":
      return byte >= 0x40 && byte <= 0x7e ? "ground" : "control";
    case "text":
      return byte === 0x07 ? "ground" : "text";
  }
}

/** What a C1 control (U+0080 to U+009F, its second byte) begins or ends; undefined for one that does neither. */
function stateAfter(second: number): State | undefined {
  if (second === 0x9b) return "control";
  if ([0x90, 0x98, 0x9d, 0x9e, 0x9f].includes(second)) return "text";
  return second === 0x9c ? "ground" : undefined;
}
