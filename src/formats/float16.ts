/** float16 (IEEE 754 binary16, little-endian), in which converters store weights that are computed with in float32. */

import { bytesOf } from '../core/tensor.ts';

const EXPONENT_BIAS = 15;
const MANTISSA_BITS = 10;
/** Smaller numbers are subnormal: multiples of the same step as just above it. */
const LEAST_EXPONENT = 1 - EXPONENT_BIAS;
const INFINITE = 0x7c00;
const NOT_A_NUMBER = 0x7e00;
const SIGN = 0x8000;

/** The largest finite one. */
export const FLOAT16_MAX = 65504;

/** The number that sixteen bits stand for. */
export function fromFloat16(half: number): number {
  const sign = half >> 15 === 0 ? 1 : -1;
  const exponent = (half >> MANTISSA_BITS) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  const significand = exponent === 0 ? mantissa : mantissa | 0x400;
  return sign * significand * 2 ** (Math.max(exponent, 1) - EXPONENT_BIAS - MANTISSA_BITS);
}

export function widenFloat16(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / 2 }, (_, index) =>
    fromFloat16(view.getUint16(2 * index, true)),
  );
}

/** Of a number that is not negative. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

/** The bits without the sign; a float32 that is not negative divides by powers of 2 exactly. */
function magnitudeBits(magnitude: number): number {
  if (magnitude === Infinity) return INFINITE;
  // A logarithm that is too small for a power of 2 makes twice the steps of half the size: the same bits.
  const exponent = Math.max(Math.floor(Math.log2(magnitude)), LEAST_EXPONENT);
  const steps = roundHalfEven(magnitude / 2 ** (exponent - MANTISSA_BITS));
  // Steps that reach the next power of 2 carry into the exponent by themselves.
  return Math.min(((exponent - LEAST_EXPONENT) << MANTISSA_BITS) + steps, INFINITE);
}

/** Rounded to nearest, ties to even; what lies beyond the largest one by half a step and more is infinite. */
export function narrowFloat16(values: Float32Array): Uint8Array {
  const halves = Uint16Array.from(values, (value) => {
    if (Number.isNaN(value)) return NOT_A_NUMBER;
    const sign = value < 0 || Object.is(value, -0) ? SIGN : 0;
    return sign | magnitudeBits(Math.abs(value));
  });
  return bytesOf(halves);
}
