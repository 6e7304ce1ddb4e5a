/** How well deliveries keep their times: figures over the latest packets, so that a result can say what it rests on. */

/** Milliseconds after the modelled time; negative: before it. Undefined figures: nothing was delivered. */
export interface Precision {
  readonly packets: number;
  readonly medianMs: number | undefined;
  readonly p99Ms: number | undefined;
  readonly maxMs: number | undefined;
}

const keptPackets = 8_192;

/** Keeps the latest differences, of constant size. */
export class PrecisionMeter {
  readonly #latest = new Float64Array(keptPackets);
  #noted = 0;

  /** A packet left `lateMs` after its time. */
  note(lateMs: number): void {
    this.#latest[this.#noted % keptPackets] = lateMs;
    this.#noted += 1;
  }

  read(): Precision {
    const packets = Math.min(this.#noted, keptPackets);
    const sorted = this.#latest.slice(0, packets).sort();
    const at = (share: number): number | undefined => sorted[Math.min(packets - 1, Math.floor(share * packets))];
    return { packets, medianMs: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
  }
}
