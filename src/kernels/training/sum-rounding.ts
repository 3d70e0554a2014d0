/** How the sums of an operator become integers: a table in the memory of a training, which `roundSums` reads. */

import type { QuantizedMultiplier } from '../../core/fixed-point.ts';
import type { Address } from './kernels.ts';

/** Elements whose numbers lie together. */
const LANES = 4;

/** In words of 32 bits: what is one for all elements, and what belongs to four of them. */
const HEADER_WORDS = 8;
const BLOCK_WORDS = 24;

/** What is one for all elements. */
export interface OutputSteps {
  /** Of the output. */
  readonly scale: number;
  /** Inclusive limits of its integers, less the zero point. */
  readonly min: number;
  readonly max: number;
}

/** What belongs to a channel. */
export interface ChannelSteps extends QuantizedMultiplier {
  /** Steps of the accumulator in 1. */
  readonly perUnit: number;
}

/** What sums are multiplied by: powers shift to the left, factors to the right. */
export interface ElementSteps {
  readonly perUnit: Float64Array;
  readonly factors: Float64Array;
  readonly powers: Int32Array;
  readonly multipliers: Int32Array;
}

/** Channels begin again where a block of four ends: so many blocks. */
function blocksOf(channels: number): number {
  return channels % 4 === 0 ? channels / 4 : channels % 2 === 0 ? channels / 2 : channels;
}

export class SumRounding {
  readonly #header: Int32Array;
  readonly #reals: Float32Array;
  readonly #integers: Int32Array;
  readonly #doubles: Float64Array;

  /** Over what lies at an address, a multiple of 16. */
  constructor(memory: ArrayBufferLike, address: Address) {
    this.#header = new Int32Array(memory, address, HEADER_WORDS);
    this.#reals = new Float32Array(memory, address, HEADER_WORDS);
    const blocks = address + HEADER_WORDS * 4;
    this.#integers = new Int32Array(memory, blocks);
    this.#doubles = new Float64Array(memory, blocks);
  }

  /** Room for a table, in words of 32 bits. */
  static words(channels: number): number {
    return HEADER_WORDS + blocksOf(channels) * BLOCK_WORDS;
  }

  write({ scale, min, max }: OutputSteps, channels: readonly ChannelSteps[]): void {
    const blocks = blocksOf(channels.length);
    this.#header[0] = blocks;
    this.#reals[1] = scale;
    this.#header[2] = min;
    this.#header[3] = max;
    for (let element = 0; element < blocks * LANES; element++) {
      const { perUnit, multiplier, shift } = channels[element % channels.length];
      const [block, lane] = [Math.floor(element / LANES) * BLOCK_WORDS, element % LANES];
      this.#doubles[block / 2 + lane] = perUnit;
      this.#doubles[block / 2 + LANES + lane] = 2 ** Math.min(0, shift);
      this.#integers[block + 4 * LANES + lane] = 1 << Math.max(0, shift);
      this.#integers[block + 5 * LANES + lane] = multiplier;
    }
  }

  /** After how many elements the same channels come again. */
  get period(): number {
    return this.#header[0] * LANES;
  }

  get output(): OutputSteps {
    return { scale: this.#reals[1], min: this.#header[2], max: this.#header[3] };
  }

  /** Of each element of a period. */
  get elements(): ElementSteps {
    const { period } = this;
    const block = (element: number): number => (element >> 2) * BLOCK_WORDS;
    const double = (part: number) => (_: unknown, element: number) =>
      this.#doubles[block(element) / 2 + part * LANES + (element & 3)];
    const integer = (part: number) => (_: unknown, element: number) =>
      this.#integers[block(element) + part * LANES + (element & 3)];
    return {
      perUnit: Float64Array.from({ length: period }, double(0)),
      factors: Float64Array.from({ length: period }, double(1)),
      powers: Int32Array.from({ length: period }, integer(4)),
      multipliers: Int32Array.from({ length: period }, integer(5)),
    };
  }
}
