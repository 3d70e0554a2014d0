/** Rows of a board as sound: a whole number of 16 bits each, as microphones give them. */

import { GrowingArray } from '../../core/growing-array.ts';
import { encodeSamples } from '../sources/wav/encode-wav.ts';
import type { Reading } from './readings.ts';

const LEAST = -32768;
const MOST = 32767;
/** Of what is sound no more is damaged on its way. */
const MOST_REPLACED = 0.1;

/** Takes the rows of a recording, and gives them as a WAV file. */
export class SoundRecording {
  readonly #samples = new GrowingArray((length) => new Int32Array(length));
  #replaced = 0;
  #example: readonly number[] | undefined;

  push(rows: readonly Reading[]): void {
    for (const { values } of rows) {
      const [value] = values;
      const isSample = values.length === 1 && Number.isInteger(value) && value >= LEAST && value <= MOST;
      if (!isSample) this.#example ??= values;
      if (!isSample) this.#replaced++;
      // The one before it: what follows stays in its time.
      this.#samples.push(isSample ? value : (this.#samples.all().at(-1) ?? 0));
    }
  }

  get length(): number {
    return this.#samples.length;
  }

  /** Rows that are no samples; the one before stands for each. */
  get replaced(): number {
    return this.#replaced;
  }

  /** The values of a row that is no sample, where so many are none that this is no sound. */
  get notSound(): readonly number[] | undefined {
    return this.#replaced > MOST_REPLACED * this.length ? this.#example : undefined;
  }

  /** `rate` samples a second. */
  wav(rate: number): Uint8Array {
    return encodeSamples(Int16Array.from(this.#samples.all()), rate);
  }
}
