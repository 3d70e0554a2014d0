/** What stands for the integers of the chip, as plain loops. */

import { highMul, INT32_MAX, INT32_MIN, roundHalfAway } from '../../../core/fixed-point.ts';
import type { TrainingKernels } from '../kernels.ts';
import { SumRounding } from '../sum-rounding.ts';

type QuantizedKernels = Pick<
  TrainingKernels,
  | 'roundSums'
  | 'stopGradients'
  | 'markOutside'
  | 'roundToScale'
  | 'scaleSlope'
  | 'encode'
  | 'decode'
  | 'largestMagnitudes'
  | 'roundWeights'
>;

const f = Math.fround;

/** Multipliers have 31 bits behind the point. */
const PER_MULTIPLIER = 2 ** -31;

/** As a processor makes int32 of a double: what is none becomes 0. */
function saturated(x: number): number {
  return Math.max(INT32_MIN, Math.min(INT32_MAX, x)) | 0;
}

export function quantizedKernels(heap: Float32Array): QuantizedKernels {
  const bytes = new Uint8Array(heap.buffer);
  const integers = new Int8Array(heap.buffer);
  return {
    roundSums(rounding, x, cut, count, seen) {
      const table = new SumRounding(heap.buffer, rounding);
      const { scale, min, max } = table.output;
      const { perUnit, factors, powers, multipliers } = table.elements;
      let [least, most] = [Infinity, -Infinity];
      for (let i = 0, at = 0; i < count; i++, at = at + 1 === perUnit.length ? 0 : at + 1) {
        const sum = heap[(x >> 2) + i];
        if (sum < least) least = sum;
        if (sum > most) most = sum;
        const accumulator = saturated(Math.floor(sum * perUnit[at] + 0.5));
        const quotient = accumulator * multipliers[at] * PER_MULTIPLIER * factors[at];
        const whole = Math.floor(quotient);
        const rest = quotient - whole;
        // So near a tie that two roundings may not be the one of the quotient, or with nothing to divide by behind the first.
        const isNear = Math.abs(rest - 0.5) <= Math.min(0.5, factors[at]);
        const made = isNear
          ? roundHalfAway(highMul(Math.imul(accumulator, powers[at]), multipliers[at]) * factors[at])
          : whole + (rest > 0.5 ? 1 : 0);
        const clamped = Math.max(min, Math.min(max, made));
        heap[(x >> 2) + i] = clamped * scale;
        bytes[cut + i] = clamped === made ? 0 : 255;
      }
      heap[seen >> 2] = least + 0;
      heap[(seen >> 2) + 1] = most + 0;
    },
    stopGradients(cut, dx, count) {
      for (let i = 0; i < count; i++) if (bytes[cut + i] !== 0) heap[(dx >> 2) + i] = 0;
    },
    roundToScale(x, count, scale, least, most) {
      for (let i = x >> 2; i < (x >> 2) + count; i++) {
        heap[i] = Math.max(least, Math.min(most, roundHalfAway(heap[i] / scale))) * scale;
      }
    },
    markOutside(x, count, least, most, cut, seen) {
      let [smallest, largest] = [Infinity, -Infinity];
      for (let i = 0; i < count; i++) {
        const value = heap[(x >> 2) + i];
        if (value < smallest) smallest = value;
        if (value > largest) largest = value;
        bytes[cut + i] = value < least || value > most ? 255 : 0;
      }
      heap[seen >> 2] = smallest + 0;
      heap[(seen >> 2) + 1] = largest + 0;
    },
    scaleSlope(x, y, dy, count, low, high, least, most) {
      const [lower, upper, first, last] = [low, high, least, most].map(f);
      const lanes = new Float64Array(4);
      const whole = count & ~3;
      const slope = (i: number): number => {
        const [from, made] = [heap[(x >> 2) + i], heap[(y >> 2) + i]];
        const within = Math.min(Math.max(from, lower), upper);
        const isInside = within >= first && within <= last;
        return f(heap[(dy >> 2) + i] * (isInside ? f(made - within) : made));
      };
      for (let i = 0; i < whole; i++) lanes[i & 3] += slope(i);
      let sum = lanes[0] + lanes[2] + (lanes[1] + lanes[3]);
      for (let i = whole; i < count; i++) sum += slope(i);
      return sum;
    },
    encode(x, codes, count, scale, zeroPoint) {
      for (let i = 0; i < count; i++) {
        const steps = saturated(Math.floor(f(f(heap[(x >> 2) + i] / scale) + 0.5)));
        integers[codes + i] = Math.max(-128, Math.min(127, steps + zeroPoint));
      }
    },
    decode(codes, x, count, scale, zeroPoint) {
      for (let i = 0; i < count; i++) heap[(x >> 2) + i] = (integers[codes + i] - zeroPoint) * scale;
    },
    largestMagnitudes(x, count, run, channels, to) {
      heap.fill(0, to >> 2, (to >> 2) + channels);
      for (let i = 0; i < count; i++) {
        const at = (to >> 2) + (Math.floor(i / run) % channels);
        const size = Math.abs(heap[(x >> 2) + i]);
        if (size > heap[at]) heap[at] = size;
      }
    },
    roundWeights(x, count, run, channels, scales, limit, to) {
      for (let i = 0; i < count; i++) {
        const scale = heap[(scales >> 2) + (Math.floor(i / run) % channels)];
        const code = roundHalfAway(f(heap[(x >> 2) + i] * f(1 / scale)));
        heap[(to >> 2) + i] = Math.max(-limit, Math.min(limit, code)) * scale;
      }
    },
  };
}
